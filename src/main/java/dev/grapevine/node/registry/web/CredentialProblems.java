package dev.grapevine.node.registry.web;

import dev.grapevine.node.problem.ProblemType;
import dev.grapevine.node.registry.Attestation;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.web.ErrorResponseException;

/** Why a profile's credential is not to be had here: each names its issuer, who can be asked. */
final class CredentialProblems {

    private static final String RETRY_AFTER_SECONDS = "30";

    private CredentialProblems() {}

    static ErrorResponseException closed(Attestation attestation) {
        return of(
                ProblemType.PRIVATE_CREDENTIAL,
                "The credential is private: ask its issuer, %s (%s). On the issuer's own node a key with the role reader has it.",
                attestation);
    }

    static ErrorResponseException none(Attestation attestation) {
        return of(
                ProblemType.NO_CREDENTIAL,
                "The issuer, %s (%s), has published no credential with this profile.",
                attestation);
    }

    static ErrorResponseException unavailable(Attestation attestation) {
        ErrorResponseException error = of(
                ProblemType.CREDENTIAL_UNAVAILABLE,
                "Neither this node nor a peer that it has asked has the credential now; its issuer is %s (%s).",
                attestation);
        error.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        return error;
    }

    static ErrorResponseException several(String username, List<Attestation> attestations) {
        ErrorResponseException error = ProblemType.SEVERAL_ISSUERS.exception(
                "Several issuers have a profile of " + username + "; say which one with the parameter issuer.");
        error.getBody()
                .setProperty(
                        "issuers",
                        attestations.stream()
                                .map(attestation ->
                                        Map.of("id", attestation.issuer().did(), "name", attestation.issuerName()))
                                .toList());
        return error;
    }

    private static ErrorResponseException of(ProblemType type, String detail, Attestation attestation) {
        String did = attestation.issuer().did();
        ErrorResponseException error = type.exception(detail.formatted(attestation.issuerName(), did));
        error.getBody().setProperty("issuer", did);
        error.getBody().setProperty("issuerName", attestation.issuerName());
        return error;
    }
}

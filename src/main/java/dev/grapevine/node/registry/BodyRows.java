package dev.grapevine.node.registry;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.registry.Intake.ArrivedBody;
import dev.grapevine.node.sql.Pipeline;
import dev.grapevine.node.trust.Admission;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Bodies that come after their events. */
final class BodyRows {

    private BodyRows() {}

    /**
     * Fills in those that open a current version's commitment, of issuers that have not used up what one may.
     *
     * @return how many
     */
    static Mono<Integer> fill(
            PostgresqlConnection connection, List<ArrivedBody> bodies, Admission admission, Instant now) {
        Set<IssuerId> named = new HashSet<>();
        bodies.forEach(body -> named.add(body.issuer()));
        return IssuerRow.lock(connection, named).flatMap(issuers -> {
            Set<ProfileRow.Key> keys = new HashSet<>();
            bodies.forEach(body -> keys.add(key(issuers, body)));
            return LogWriter.load(connection, keys).flatMap(before -> {
                Map<ProfileRow.Key, ProfileRow> after = new HashMap<>(before);
                Map<IssuerId, IssuerRow> taking = new HashMap<>(issuers);
                bodies.forEach(body ->
                        after.computeIfPresent(key(issuers, body), (key, row) -> filled(row, body, taking, admission)));
                List<Changes.Row> filled = after.values().stream()
                        .filter(row -> !row.equals(before.get(row.key())))
                        .map(BodyRows::change)
                        .toList();
                List<Mono<Void>> statements = new ArrayList<>(List.of(LogWriter.save(connection, before, after)));
                taking.values().stream()
                        .filter(row -> !row.equals(issuers.get(row.issuer())))
                        .forEach(row -> statements.add(row.update(connection)));
                return Pipeline.of(statements)
                        .then(Mono.defer(() -> Changes.append(connection, filled, now)))
                        .thenReturn(filled.size());
            });
        });
    }

    private static ProfileRow filled(
            ProfileRow row, ArrivedBody body, Map<IssuerId, IssuerRow> issuers, Admission admission) {
        IssuerRow issuer = Objects.requireNonNull(issuers.get(body.issuer()));
        ProfileRow filled = admission.takesBodies(issuer.trust(), issuer.takenBytes()) ? row.fill(body.opening()) : row;
        if (!filled.equals(row)) {
            issuers.put(body.issuer(), issuer.taking(body.opening().body().length));
        }
        return filled;
    }

    private static Changes.Row change(ProfileRow row) {
        return new Changes.Row(
                row.issuer(), row.state().profileId(), row.state().versionSequence(), AppliedChange.Kind.BODY_ARRIVED);
    }

    /** An issuer that is not known has row 0, which no issuer has. */
    private static ProfileRow.Key key(Map<IssuerId, IssuerRow> issuers, ArrivedBody body) {
        IssuerRow row = issuers.get(body.issuer());
        return new ProfileRow.Key(row == null ? 0 : row.id(), body.profileId());
    }
}

package dev.grapevine.node.registry.web;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.identity.RequestSecret;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.registry.Once;
import dev.grapevine.node.registry.PublishOutcome.Done;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Reads the header {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header-07 §2). The digests that are kept are
 * keyed by a secret that stands beside the issuer's key, so that whoever has the database alone can neither
 * guess a name nor a key from them. Instances that share the issuer agree on them.
 */
final class OnceRequests {

    static final String KEY = "Idempotency-Key";

    /** Tells the caller that this is the answer to an earlier request. */
    static final String REPLAYED = "Idempotent-Replayed";

    /** The longest key, in characters, without quotes. */
    static final int MAX_KEY_CHARS = 255;

    /** RFC 9651 §3.3.3, a string. */
    private static final Pattern QUOTED = Pattern.compile("\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\])+)\"");
    /** As many clients send it: visible ASCII but what would make it a list, parameters or half a string. */
    private static final Pattern BARE = Pattern.compile("[!#-+\\--:<-\\[\\]-~]+");

    private static final String MAC = "HmacSHA256";

    private final SecretKeySpec secret;

    OnceRequests(RequestSecret shared) {
        secret = new SecretKeySpec(shared.bytes(), MAC);
    }

    /**
     * What makes the request the same as another one; empty if it has no key.
     *
     * @param answer makes the answer, for whoever repeats the request
     * @throws InvalidFieldsException if the key is malformed
     */
    Optional<Once> read(ServerHttpRequest request, Actor actor, byte[] body, Function<Done, Once.Answer> answer) {
        List<String> values = request.getHeaders().getOrEmpty(KEY);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        if (values.size() > 1) {
            throw new InvalidFieldsException(KEY, "stands there more than once");
        }
        String key = key(values.getFirst().strip());
        String target = request.getMethod() + " " + request.getURI().getRawPath() + "\n";
        return Optional.of(new Once(
                digest("record", utf8(actor.name() + "\n" + key)), digest("request", utf8(target), body), answer));
    }

    /** The same key, quoted or bare. */
    static String key(String value) {
        Matcher quoted = QUOTED.matcher(value);
        String key = quoted.matches()
                ? quoted.group(1).replaceAll("\\\\(.)", "$1")
                : BARE.matcher(value).matches() ? value : "";
        if (key.isEmpty() || key.length() > MAX_KEY_CHARS) {
            throw new InvalidFieldsException(
                    KEY, "must be a string of 1 to " + MAX_KEY_CHARS + " characters of ASCII, in double quotes");
        }
        return key;
    }

    private Hash digest(String purpose, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(secret);
            mac.update(utf8(purpose + "\n"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return Hash.wrap(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + MAC, e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

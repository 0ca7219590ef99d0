package dev.grapevine.node.registry.web;

import dev.grapevine.node.profile.Usernames;
import dev.grapevine.node.registry.Answer;
import dev.grapevine.node.registry.Attestation;
import dev.grapevine.node.registry.AttestationsJson;
import dev.grapevine.node.registry.RegistryState.Completeness;
import dev.grapevine.node.registry.RegistryState.Snapshot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes {@link Views.Lookup}: attestations when they are read from the database, how current the registry is when that
 * changes, and an answer out of both.
 */
@Component
final class LookupJson implements AttestationsJson {

    private static final byte[] USERNAME = utf8("{\"username\":");
    private static final byte[] ATTESTATIONS = utf8(",\"attestations\":");
    private static final byte[] END = utf8("}");

    private final JsonMapper json;
    private volatile State state;

    LookupJson(JsonMapper json) {
        this.json = json;
        this.state = state(new Snapshot(Completeness.ISOLATED, Optional.empty()));
    }

    private record State(Snapshot snapshot, byte[] members) {}

    @Override
    public byte[] write(List<Attestation> attestations, Instant now) {
        return json.writeValueAsBytes(attestations.stream()
                .map(attestation -> Views.AttestationView.of(attestation, now))
                .toList());
    }

    /** The whole answer. */
    byte[] write(String username, Snapshot snapshot, Answer answer) {
        byte[] name = quoted(username);
        byte[] current = members(snapshot);
        byte[] end = answer.next()
                .map(place -> utf8(",\"next\":\"" + LookupCursor.text(place) + "\"}"))
                .orElse(END);
        return ByteBuffer.allocate(USERNAME.length
                        + name.length
                        + current.length
                        + ATTESTATIONS.length
                        + answer.attestations().length
                        + end.length)
                .put(USERNAME)
                .put(name)
                .put(current)
                .put(ATTESTATIONS)
                .put(answer.attestations())
                .put(end)
                .array();
    }

    /** In a username nothing has to be escaped; in what somebody takes for one there may. */
    private byte[] quoted(String username) {
        return Usernames.isValid(username) ? utf8('"' + username + '"') : json.writeValueAsBytes(username);
    }

    private byte[] members(Snapshot snapshot) {
        State last = state;
        if (!last.snapshot.equals(snapshot)) {
            last = state(snapshot);
            state = last;
        }
        return last.members;
    }

    private static State state(Snapshot snapshot) {
        String comparedAt =
                snapshot.comparedAt().map(instant -> "\"" + instant + "\"").orElse("null");
        return new State(
                snapshot,
                utf8(",\"registryState\":\"%s\",\"comparedAt\":%s"
                        .formatted(snapshot.completeness().text(), comparedAt)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

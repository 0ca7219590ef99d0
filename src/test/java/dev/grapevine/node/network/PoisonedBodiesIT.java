package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.network.SyncMessages.BodiesPage;
import dev.grapevine.node.network.SyncMessages.Body;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.ProfileLimits;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies and credentials that are withheld, or other bytes than they should be. */
class PoisonedBodiesIT extends AttackedNode {

    private static final String BODIES = "grapevine.sync.bodies";
    private static final String OBJECTS = "grapevine.objects.answers";

    /** What the bad peer says of somebody else's public credential. */
    enum Lie {
        WRONG,
        FAILED
    }

    @Test
    void aBodyThatIsWithheldIsFetchedFromAnother() {
        double absent = metric(BODIES, "outcome", "absent");
        serve(withoutBodies());
        awaitAbove(absent, BODIES, "outcome", "absent");
        bodiesComeFromAnother();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"username\":\"%s\",\"displayName\":\"Somebody else\"}",
                "{\"username\":\"%s\",\"displayName\":\"\\u0000\"}",
                "\0"
            })
    void aBodyThatIsAnotherIsLeftForTheRightOne(String poison) {
        double wrong = metric(BODIES, "outcome", "wrong");
        byte[] body = poison.formatted(name(1)).getBytes(StandardCharsets.UTF_8);
        Opening opening = new Opening(body, new byte[ProfileLimits.SALT_BYTES]);
        withBodies(asked -> asked.stream().map(id -> new Body(id, opening)).toList());
        awaitAbove(wrong, BODIES, "outcome", "wrong");
        bodiesComeFromAnother();
    }

    @Test
    void aBodyThatNobodyAskedForIsLeft() {
        double wrong = metric(BODIES, "outcome", "wrong");
        Opening opening = log.entries.get(1).opening().orElseThrow();
        withBodies(asked -> List.of(new Body(new UUID(4, 4), opening)));
        awaitAbove(wrong, BODIES, "outcome", "wrong");
        bodiesComeFromAnother();
    }

    /** The issuer itself says it, and vouches for it. */
    @Test
    void aBodyWithU0000SaysNothingAndStopsNothing() {
        byte[] nul = "{\"username\":\"nul%d\",\"displayName\":\"\\u0000\"}"
                .formatted(number)
                .getBytes(StandardCharsets.UTF_8);
        double unreadable = metric("grapevine.intake.bodies.unreadable");
        connect(bad.host);
        log.publish(new UUID(number, 1), nul);
        gossip(bad.host, log.entries);
        awaitShown(name(4));
        awaitAbove(unreadable, "grapevine.intake.bodies.unreadable");
        assertThat(lookup("nul" + number)).isEqualTo(404);
        log.publish("after" + number);
        gossip(bad.host, log.entries(6, 7));
        awaitShown("after" + number);
        honestTrafficGoesOn();
    }

    @ParameterizedTest
    @EnumSource
    void aCredentialThatIsNotTheRightOneIsFetchedFromAnother(Lie lie) {
        byte[] credential = "{\"number\":%d}".formatted(number).getBytes(StandardCharsets.UTF_8);
        Hash digest = Hash.of(credential);
        String username = "public" + number;
        log.publish(
                new UUID(number, 2),
                "{\"username\":\"%s\",\"displayName\":\"P\",\"credentialDigest\":\"%s\",\"visibility\":\"public\"}"
                        .formatted(username, digest.hex())
                        .getBytes(StandardCharsets.UTF_8));
        bad.answer = (frames, request) -> {
            if (!(request instanceof Request.Objects)) {
                frames.closeWrite();
            } else if (lie == Lie.WRONG) {
                frames.send(new ObjectsPage(List.of(new byte[] {'{', '}'})).encode());
                frames.closeWrite();
            }
        };
        connect(bad.host);
        gossip(bad.host, log.entries);
        awaitShown(username);
        String outcome = lie.name().toLowerCase(Locale.ROOT);
        double lies = metric(OBJECTS, "outcome", outcome);

        HttpResponse<String> unavailable = get("/api/v1/profiles/" + username + "/credential");
        assertThat(unavailable.body()).contains("/problems/credential-unavailable");
        assertThat(metric(OBJECTS, "outcome", outcome)).isGreaterThan(lies);

        honest.objects.put(digest, credential);
        honestTrafficGoesOn();
        HttpResponse<String> fetched = get("/api/v1/profiles/" + username + "/credential");
        assertThat(fetched.statusCode()).isEqualTo(200);
        assertThat(fetched.body().getBytes(StandardCharsets.UTF_8)).isEqualTo(credential);
    }

    private List<LogEntry> withoutBodies() {
        return log.entries.stream()
                .map(entry -> new LogEntry(entry.event(), Optional.empty()))
                .toList();
    }

    /** Serves the log without bodies, and when these are asked for others. */
    private void withBodies(Function<List<UUID>, List<Body>> bodies) {
        bad.heads = List.of(head(log.entries.getLast()));
        bad.answer = (frames, request) -> {
            if (request instanceof Request.Bodies asked) {
                frames.send(new BodiesPage(bodies.apply(asked.profileIds())).encode());
            } else if (request instanceof Request.Range) {
                frames.send(new RangePage(withoutBodies()).encode());
            }
            frames.closeWrite();
        };
        connect(bad.host);
    }

    private void bodiesComeFromAnother() {
        assertThat(metric("grapevine.sync.bodies.missing")).isPositive();
        assertThat(lookup(name(1))).isEqualTo(404);
        honest.logs.add(log.issuer, log.entries);
        honestTrafficGoesOn();
        for (int i = 1; i <= 4; i++) {
            awaitShown(name(i));
        }
        assertThat(get("/api/v1/profiles/" + name(1)).body()).contains("Person " + name(1));
        await().atMost(PATIENCE).until(() -> metric("grapevine.sync.bodies.missing") == 0);
    }
}

package dev.grapevine.node.challenge;

import dev.grapevine.node.credential.Challenges;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Makes challenges and sees that each is used once, on whichever instance. Nothing is written until one is used. */
public final class NodeChallenges implements Challenges {

    /** How long a holder may take. */
    public static final Duration LIFETIME = Duration.ofMinutes(10);

    private final DatabaseClient database;
    private final SignedChallenge form;
    private final SecureRandom random;
    private final Clock clock;

    NodeChallenges(DatabaseClient database, SignedChallenge form, SecureRandom random, Clock clock) {
        this.database = database;
        this.form = form;
        this.random = random;
        this.clock = clock;
    }

    /** A new challenge. */
    public String make() {
        byte[] bytes = new byte[SignedChallenge.RANDOM_BYTES];
        random.nextBytes(bytes);
        return form.make(bytes, clock.instant().plus(LIFETIME));
    }

    @Override
    public Mono<Optional<String>> use(String challenge) {
        Optional<Instant> expires = form.expires(challenge);
        if (expires.isEmpty()) {
            return Mono.just(Optional.empty());
        }
        if (!clock.instant().isBefore(expires.get())) {
            return Mono.just(Optional.of("the challenge has expired: " + expires.get()));
        }
        return database.sql("WITH expired AS (DELETE FROM used_challenges WHERE expires_at <= :now)"
                        + " INSERT INTO used_challenges (challenge, expires_at) VALUES (:challenge, :expires)"
                        + " ON CONFLICT DO NOTHING")
                .bind("now", clock.instant())
                .bind("challenge", challenge)
                .bind("expires", expires.get())
                .fetch()
                .rowsUpdated()
                .map(rows -> rows == 0
                        ? Optional.of("a presentation was verified with the challenge before")
                        : Optional.empty());
    }
}

package dev.grapevine.node.access;

import dev.grapevine.node.audit.Actor;
import dev.grapevine.node.start.StartProblem;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The keys that open the API: the configured one, which may do everything, and those in the database.
 *
 * <p>Requests are checked against a copy in memory that is at most {@link #MAX_STALENESS} old, read again only when a key is
 * shown: so many queries a second at most, and none while nobody shows one. What this instance changes counts at once.
 */
@Component
class ApiKeys {

    /** How long a key that another instance on the same database has revoked may still work here. */
    static final Duration MAX_STALENESS = Duration.ofMillis(500);

    /** The id of the configured key. */
    static final String CONFIGURED = "configured";

    private static final Set<Role> FIRST_ROLES = EnumSet.of(Role.ISSUER, Role.OPERATOR);

    private final KeyTable table;
    private final SecureRandom random;
    private final Clock clock;
    private final byte @Nullable [] configuredHash;
    private final ApiKey configured;
    private final Map<String, Instant> uses = new ConcurrentHashMap<>(); // at most one a row of the table
    private volatile Mono<Map<String, ApiKey>> stored;

    /** @throws StartProblem if the configured key is too weak or cannot be sent */
    ApiKeys(AccessProperties properties, KeyTable table, SecureRandom random, Clock clock) {
        this.table = table;
        this.random = random;
        this.clock = clock;
        String key = properties.apiKey();
        this.configuredHash = key == null || key.isBlank() ? null : hashOfConfigured(key);
        this.configured = new ApiKey(
                CONFIGURED, "GRAPEVINE_API_KEY", EnumSet.allOf(Role.class), clock.instant(), null, null, null);
        this.stored = load();
    }

    private static byte[] hashOfConfigured(String key) {
        if (!ApiKey.isStrong(key)) {
            throw new StartProblem(
                    "GRAPEVINE_API_KEY is weak, or not %d to %d characters out of A-Z a-z 0-9 . _ ~ + / and -."
                            .formatted(ApiKey.MIN_LENGTH, ApiKey.MAX_LENGTH),
                    "Choose one at random (openssl rand -hex 32), or leave it out and the node makes one.");
        }
        return ApiKey.hash(key);
    }

    private Mono<Map<String, ApiKey>> load() {
        return Mono.defer(() -> table.read(clock.instant()))
                .cache(found -> MAX_STALENESS, error -> Duration.ZERO, () -> Duration.ZERO);
    }

    /** What this instance has changed, it sees at once: whoever comes from now on waits for a query that begins now. */
    private void reload() {
        stored = load();
    }

    /**
     * Finds the key that somebody shows. A look into a table of hashes is safe from timing: nobody can choose what a key's
     * hash begins with.
     *
     * @return fails with {@link RefusedTokenException} where it opens nothing
     */
    Mono<ApiKey> check(String shown) {
        if (!ApiKey.isWellFormed(shown)) {
            return Mono.error(RefusedTokenException.malformed());
        }
        byte[] hash = ApiKey.hash(shown);
        if (configuredHash != null && MessageDigest.isEqual(configuredHash, hash)) {
            return Mono.just(configured);
        }
        String hex = KeyTable.hex(hash);
        return stored.flatMap(keys -> Mono.justOrEmpty(keys.get(hex)))
                .switchIfEmpty(Mono.error(RefusedTokenException::unknown))
                .flatMap(this::inForce);
    }

    private Mono<ApiKey> inForce(ApiKey key) {
        Instant now = clock.instant();
        Instant revoked = key.revoked();
        if (revoked != null) {
            return Mono.error(RefusedTokenException.revoked(key, revoked));
        }
        if (key.hasExpired(now)) {
            return Mono.error(RefusedTokenException.expired(key));
        }
        uses.put(key.id(), now);
        return Mono.just(key);
    }

    /** A key, and what is known of it. Nobody can ever ask for the secret again. */
    record Made(ApiKey key, String secret) {}

    /**
     * Makes the first key, unless one is configured or there is or was one.
     *
     * @return empty where none was made
     */
    Mono<Made> makeFirst() {
        if (configuredHash != null) {
            return Mono.empty();
        }
        String secret = ApiKey.generate(random);
        return table.addFirst(new NewKey("first key", FIRST_ROLES, null), ApiKey.hash(secret), clock.instant())
                .doOnNext(key -> reload())
                .map(key -> new Made(key, secret));
    }

    /** @return empty where there are {@link KeyTable#MAX_VALID_KEYS} already */
    Mono<Made> make(NewKey wanted, Actor actor) {
        String secret = ApiKey.generate(random);
        return table.add(wanted, ApiKey.hash(secret), clock.instant(), actor)
                .doOnNext(key -> reload())
                .map(key -> new Made(key, secret));
    }

    /** @return the key as it is now; empty where there is none of that id in the database */
    Mono<ApiKey> revoke(String id, Actor actor) {
        return table.revoke(id, clock.instant(), actor).doOnNext(key -> reload());
    }

    /** Every key: the configured one first, then those that work, the newest first, then those that do no longer. */
    Mono<List<ApiKey>> list() {
        Stream<ApiKey> first = configuredHash == null ? Stream.empty() : Stream.of(configured);
        return table.read(clock.instant())
                .map(keys -> Stream.concat(first, keys.values().stream()).toList());
    }

    /** Writes down when keys were used last, as far as it has not been. */
    Mono<Void> saveUses() {
        return Mono.defer(() -> {
            Map<String, Instant> unsaved = Map.copyOf(uses);
            unsaved.forEach(uses::remove); // a newer use stays
            return table.used(unsaved);
        });
    }
}

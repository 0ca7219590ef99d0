package dev.grapevine.node.registry;

import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.registry.Answer.ProfileKey;
import dev.grapevine.node.registry.Registry.Place;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Reads answers from the database. */
final class AnswerReader implements Answers {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Of a SHA-256: enough that no two answers of a username are ever taken for one. */
    private static final int TAG_BYTES = 12;

    private final Registry registry;
    private final AttestationsJson json;
    private final Clock clock;
    private final Answer unknown;

    AnswerReader(Registry registry, AttestationsJson json, Clock clock) {
        this.registry = registry;
        this.json = json;
        this.clock = clock;
        this.unknown = answer(List.of());
    }

    @Override
    public Answer unknown() {
        return unknown;
    }

    @Override
    public Mono<Answer> read(String username, Place after) {
        return registry.lookup(username, after).map(this::answer);
    }

    @Override
    public Mono<Map<String, Answer>> read(Collection<String> usernames) {
        return registry.lookup(usernames)
                .map(found -> {
                    Map<String, Answer> answers = new HashMap<>();
                    usernames.forEach(
                            username -> answers.put(username, answer(found.getOrDefault(username, List.of()))));
                    return answers;
                })
                .timeout(TIMEOUT)
                .onErrorMap(Transactions::asDataAccess);
    }

    private Answer answer(List<Attestation> found) {
        boolean whole = found.size() <= Registry.PAGE;
        List<Attestation> shown = whole ? found : found.subList(0, Registry.PAGE);
        Instant now = clock.instant();
        byte[] bytes = json.write(shown, now);
        long from = Long.MIN_VALUE;
        long until = Long.MAX_VALUE;
        for (Attestation attestation : shown) {
            Optional<Instant> validUntil = attestation.validUntil();
            if (validUntil.isPresent() && now.isBefore(validUntil.get())) {
                until = Math.min(until, validUntil.get().toEpochMilli());
            } else if (validUntil.isPresent()) {
                from = Math.max(from, validUntil.get().toEpochMilli());
            }
        }
        return new Answer(
                bytes,
                tag(bytes),
                from,
                until,
                shown.stream()
                        .map(attestation -> new ProfileKey(attestation.issuer(), attestation.profileId()))
                        .toList(),
                whole
                        ? Optional.empty()
                        : Optional.of(new Place(
                                shown.getLast().trust(), shown.getLast().issuer())));
    }

    private static String tag(byte[] bytes) {
        byte[] digest = Hash.of(bytes).bytes();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, TAG_BYTES));
    }
}

package dev.grapevine.node.credential;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * When a credential is valid (VCDM 2.0 section 4.9; VCDM 1.1 sections 4.6 and 4.7). Of several words for it the narrowest counts.
 *
 * @param from null: since ever
 * @param until null: for ever
 */
record Period(@Nullable Instant from, @Nullable Instant until) {

    /** As far as the credential says it with dates that are dates. */
    static Period of(ObjectNode credential) {
        DataModel model = DataModel.of(credential);
        return new Period(
                dates(credential, model.starts()).max(Comparator.naturalOrder()).orElse(null),
                dates(credential, model.ends()).min(Comparator.naturalOrder()).orElse(null));
    }

    private static Stream<Instant> dates(ObjectNode credential, List<String> properties) {
        return properties.stream()
                .map(property -> DateTimes.parse(credential.path(property)))
                .filter(Objects::nonNull);
    }

    /** Whether it ends before it begins. */
    boolean isReversed() {
        return from != null && until != null && until.isBefore(from);
    }
}

package dev.grapevine.node.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Finds the lowest sequence at which two histories of one issuer differ, by comparing hashes: since each event names the one before
 * it, they are the same up to there and never again after. Pure; whoever has it asks for the hashes.
 */
public final class ForkSearch {

    /** Hashes that are compared in one round; four rounds find one place in 16 million. */
    public static final int MAX_ASKED = 64;

    private long same;
    private long different;

    /** @param different a sequence at which they are known to differ */
    public ForkSearch(long different) {
        this.same = -1;
        this.different = different;
    }

    /** The sequences to compare next, ascending; empty when it is found. */
    public List<Long> next() {
        List<Long> asked = new ArrayList<>();
        long between = different - same - 1;
        int parts = (int) Math.min(between, MAX_ASKED);
        for (int i = 1; i <= parts; i++) {
            asked.add(same + Math.max(i, i * (between / (parts + 1)) + i * (between % (parts + 1)) / (parts + 1)));
        }
        return asked;
    }

    /**
     * What the comparison has shown. What contradicts itself, a difference below a sequence that is the same, is taken for
     * what stands lowest.
     *
     * @param equal by sequence; sequences that were not compared are left out
     */
    public void compared(Map<Long, Boolean> equal) {
        long lowest = equal.entrySet().stream()
                .filter(entry -> !entry.getValue() && entry.getKey() > same)
                .mapToLong(Map.Entry::getKey)
                .min()
                .orElse(different);
        different = Math.min(different, lowest);
        same = equal.entrySet().stream()
                .filter(entry -> entry.getValue() && entry.getKey() < different)
                .mapToLong(Map.Entry::getKey)
                .max()
                .stream()
                .map(highest -> Math.max(highest, same))
                .findFirst()
                .orElse(same);
    }

    /** Where they part, once it is known. */
    public OptionalLong found() {
        return different == same + 1 ? OptionalLong.of(different) : OptionalLong.empty();
    }
}

package dev.grapevine.node.registry;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of answers, outside the Java heap, where a hundred megabytes of them cost the collector nothing. They are written into
 * blocks, one after the other; when all are full, the one that was written longest ago is written anew. A block is allocated when it
 * is first needed. Not safe for use by several threads.
 */
final class AnswerBytes {

    /** What an answer takes at least: so the number of bytes bounds the number of answers, of which some things stand in the heap. */
    static final int MIN_BYTES = 1024;

    private final int blockBytes;
    private final int maxBlocks;
    private final IntConsumer overwritten;
    private final List<MemorySegment> blocks = new ArrayList<>();
    private int current = -1;
    private int used;

    /**
     * @param blockBytes no answer may have more
     * @param overwritten is told of a block before it is written anew
     */
    AnswerBytes(int blockBytes, int maxBlocks, IntConsumer overwritten) {
        this.blockBytes = blockBytes;
        this.maxBlocks = maxBlocks;
        this.overwritten = overwritten;
    }

    /** Where an answer stands, until its block is overwritten. */
    record Place(int block, MemorySegment memory) {

        byte[] read() {
            return memory.toArray(ValueLayout.JAVA_BYTE);
        }

        /** An answer that is forgotten may tell of somebody who was erased. */
        void wipe() {
            memory.fill((byte) 0);
        }
    }

    /** @return null if there is no block that could hold it */
    @Nullable
    Place put(byte[] answer) {
        int taken = Math.max(MIN_BYTES, answer.length);
        if (taken > blockBytes || maxBlocks == 0) {
            return null;
        }
        if (current < 0 || used + taken > blockBytes) {
            nextBlock();
        }
        MemorySegment memory = blocks.get(current).asSlice(used, answer.length);
        MemorySegment.copy(answer, 0, memory, ValueLayout.JAVA_BYTE, 0, answer.length);
        used += taken;
        return new Place(current, memory);
    }

    private void nextBlock() {
        current = (current + 1) % maxBlocks;
        used = 0;
        if (current == blocks.size()) {
            blocks.add(Arena.ofAuto().allocate(blockBytes));
        } else {
            overwritten.accept(current);
        }
    }

    /** Gives all blocks back. */
    void clear() {
        blocks.clear();
        current = -1;
    }

    /** What is allocated. */
    long bytes() {
        return (long) blocks.size() * blockBytes;
    }

    long maxBytes() {
        return (long) maxBlocks * blockBytes;
    }
}

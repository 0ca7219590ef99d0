package dev.grapevine.libp2p.gossipsub;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Messages.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages whose signature or content is being checked, bounded by peer and in all.
 *
 * <p>Until its signature is verified a message proves nothing, not even its id: somebody may have forged the id of a
 * message that is still to come. So copies that differ are checked one by one, a copy by peer at most.
 */
final class Validation {

    static final int MAX_MESSAGES = 16_384;
    static final int MAX_BYTES = 32 * 1024 * 1024;
    static final int MAX_MESSAGES_PER_PEER = 4_096;
    static final int MAX_BYTES_PER_PEER = 8 * 1024 * 1024;

    /** A message that nobody has judged after this time is given up. */
    static final long MAX_VALIDATION_MILLIS = 60_000;

    private final Map<MessageId, List<Pending>> byId = new LinkedHashMap<>();
    private final Map<PeerId, Load> loads = new HashMap<>();
    private final Load total = new Load();

    /** What became of an offer. */
    enum Offer {
        TAKEN,
        DUPLICATE,
        FULL
    }

    /** One copy of a message under check. */
    static final class Pending {
        private final MessageId id;
        private final Message message;
        private final PeerId author;
        private final PeerId source;
        private final long since;
        private final Set<PeerId> senders = new LinkedHashSet<>();
        private boolean verified;

        private Pending(MessageId id, Message message, PeerId author, PeerId source, long since) {
            this.id = id;
            this.message = message;
            this.author = author;
            this.source = source;
            this.since = since;
            senders.add(source);
        }

        Message message() {
            return message;
        }

        PeerId author() {
            return author;
        }

        /** Everybody who sent just this copy. */
        Set<PeerId> senders() {
            return senders;
        }
    }

    private static final class Load {
        private int messages;
        private long bytes;

        void add(int count, Message message) {
            messages += count;
            bytes += (long) count * message.encoded().length;
        }
    }

    /** Takes a copy in, or notes who else sent it. */
    Offer offer(MessageId id, Message message, PeerId author, PeerId source, long now) {
        List<Pending> copies = byId.getOrDefault(id, List.of());
        for (Pending copy : copies) {
            if (Arrays.equals(copy.message.encoded(), message.encoded())) {
                copy.senders.add(source);
                return Offer.DUPLICATE;
            }
            if (copy.source.equals(source)) {
                return Offer.DUPLICATE;
            }
        }
        Load load = loads.getOrDefault(source, new Load());
        int length = message.encoded().length;
        if (load.messages >= MAX_MESSAGES_PER_PEER
                || load.bytes + length > MAX_BYTES_PER_PEER
                || total.messages >= MAX_MESSAGES
                || total.bytes + length > MAX_BYTES) {
            return Offer.FULL;
        }
        loads.put(source, load);
        load.add(1, message);
        total.add(1, message);
        byId.computeIfAbsent(id, key -> new ArrayList<>(1)).add(new Pending(id, message, author, source, now));
        return Offer.TAKEN;
    }

    boolean contains(MessageId id) {
        return byId.containsKey(id);
    }

    /** Notes who else sent the very message that is being judged: it need not be forwarded to them. */
    void noteDuplicate(MessageId id, Message message, PeerId sender) {
        Pending judged = judged(id);
        if (judged != null && Arrays.equals(judged.message.encoded(), message.encoded())) {
            judged.senders.add(sender);
        }
    }

    /** Ends the check of a copy's signature, as bad. */
    @Nullable
    Pending removeUnverified(MessageId id, PeerId source) {
        for (Pending copy : byId.getOrDefault(id, List.of())) {
            if (!copy.verified && copy.source.equals(source)) {
                remove(copy);
                return copy;
            }
        }
        return null;
    }

    /** Ends the check of a copy's signature, as good: it waits for its verdict. */
    @Nullable
    Pending verified(MessageId id, PeerId source) {
        for (Pending copy : byId.getOrDefault(id, List.of())) {
            if (!copy.verified && copy.source.equals(source)) {
                copy.verified = true;
                return copy;
            }
        }
        return null;
    }

    /** Ends the wait for a verdict. */
    @Nullable
    Pending removeJudged(MessageId id) {
        Pending judged = judged(id);
        if (judged != null) {
            remove(judged);
        }
        return judged;
    }

    /** Gives up what has taken too long. */
    void expire(long now, Consumer<MessageId> onExpired) {
        List<Pending> late = byId.values().stream()
                .flatMap(List::stream)
                .filter(copy -> now - copy.since >= MAX_VALIDATION_MILLIS)
                .toList();
        for (Pending copy : late) {
            remove(copy);
            onExpired.accept(copy.id);
        }
    }

    int size() {
        return total.messages;
    }

    private @Nullable Pending judged(MessageId id) {
        for (Pending copy : byId.getOrDefault(id, List.of())) {
            if (copy.verified) {
                return copy;
            }
        }
        return null;
    }

    private void remove(Pending copy) {
        List<Pending> copies = byId.getOrDefault(copy.id, List.of());
        copies.remove(copy);
        if (copies.isEmpty()) {
            byId.remove(copy.id);
        }
        total.add(-1, copy.message);
        Load load = loads.get(copy.source);
        if (load != null) {
            load.add(-1, copy.message);
            if (load.messages == 0) {
                loads.remove(copy.source);
            }
        }
    }
}

package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.Messages.Message;
import dev.grapevine.libp2p.kad.Messages.ValueRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One query: a {@link Lookup}, what it has gathered on the way, and the delivery of a record at its end. */
final class Query {

    final long id;
    final Goal goal;
    final long startedMillis;

    private final Lookup lookup;
    private final Validators validators;
    private final Set<PeerId> providers = new LinkedHashSet<>();
    private final Set<PeerId> holders = new HashSet<>();
    private @Nullable Bytes best;
    private int values;
    private boolean delivering;
    private int undelivered;
    private int stored;

    Query(long id, Goal goal, Lookup lookup, Validators validators, long startedMillis) {
        this.id = id;
        this.goal = goal;
        this.lookup = lookup;
        this.validators = validators;
        this.startedMillis = startedMillis;
    }

    /** What this peer itself holds counts as one answer. */
    void startWith(@Nullable Bytes value, List<PeerId> known) {
        if (value != null) {
            best = value;
            values = 1;
        }
        providers.addAll(known);
    }

    /** Whom to ask now for the search. */
    List<PeerId> next() {
        return delivering ? List.of() : lookup.next();
    }

    /** A peer has answered to the search; too late, if the record is being delivered already. */
    void answered(PeerId from, Message answer) {
        if (!delivering && lookup.answered(from, answer.closerIds())) {
            providers.addAll(answer.providerIds());
            ValueRecord record = answer.record();
            if (record != null && goal instanceof Goal.GetValue) {
                value(from, record);
            }
        }
    }

    /** A peer has not answered to the search. */
    void failed(PeerId peer) {
        lookup.failed(peer);
    }

    /** A peer to which the record was to be delivered has taken it, or not. */
    void delivered(boolean taken) {
        undelivered--;
        stored += taken ? 1 : 0;
    }

    /** A value that is not valid counts as none. */
    private void value(PeerId from, ValueRecord record) {
        if (!record.key().equals(goal.key()) || !validators.isValid(record.key(), record.value())) {
            return;
        }
        values++;
        if (best == null || validators.isBetter(record.key(), record.value(), best)) {
            best = record.value();
            holders.clear();
        }
        if (record.value().equals(best)) {
            holders.add(from);
        }
    }

    boolean isSearchOver() {
        if (delivering) {
            return true;
        }
        return lookup.isOver()
                || switch (goal) {
                    case Goal.FindPeer find -> lookup.hasAnswered(find.peer());
                    case Goal.GetValue get -> get.quorum() > 0 && values >= get.quorum();
                    case Goal.FindProviders find -> providers.size() >= find.count();
                    case Goal.Closest closest -> false;
                    case Goal.PutValue put -> false;
                    case Goal.Provide provide -> false;
                };
    }

    /** Goes on to deliver a record to the closest peers. @return who they are */
    List<PeerId> deliver() {
        delivering = true;
        List<PeerId> closest = lookup.closest();
        undelivered = closest.size();
        return closest;
    }

    /** There is no record to be delivered. */
    void deliverNothing() {
        delivering = true;
    }

    boolean isDelivering() {
        return delivering;
    }

    boolean isDelivered() {
        return delivering && undelivered == 0;
    }

    /** The closest peers that have given no value, or a worse one than the best (specification, "Entry correction"). */
    List<PeerId> without() {
        List<PeerId> without = new ArrayList<>(best == null ? List.of() : lookup.closest());
        without.removeAll(holders);
        return without;
    }

    Result result() {
        return new Result(lookup.closest(), new ArrayList<>(providers), best, stored);
    }
}

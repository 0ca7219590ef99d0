package dev.grapevine.node.registry;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes in what other nodes send: gossip, pulled ranges and bodies. Everything may come twice, late, or out of order.
 * Nothing here blocks the caller's thread; signatures and the database have threads of their own.
 */
public interface Intake {

    /**
     * Judges one message of the profile topic; answers before the database has it. What is authentic is then applied, or
     * kept aside if events before it are missing.
     *
     * @param message the encoded ProfileMessage
     * @param from the peer that forwarded it
     */
    Mono<Verdict> gossip(byte[] message, PeerId from);

    /**
     * Applies a run that was asked for.
     *
     * @param run entries of one issuer in sequence, envelopes within
     *     {@link dev.grapevine.node.profile.ProfileLimits#MAX_RUN_BYTES}, the last validly signed; bodies where the peer
     *     has them
     * @param from the peer that sent it
     * @return what became of it, after the commit; an error only where the database fails
     */
    Mono<Pulled> pulled(List<LogEntry> run, PeerId from);

    /**
     * Applies runs of one log that come one after the other: while some are with the database, those behind them are read
     * and judged as their continuation, and several share a transaction.
     *
     * @param runs asked for as fast as they are applied, so that few are under way
     * @return what became of each, in their order, after its commit; an error where the database fails, or the runs
     *     themselves do. What comes behind a run that was not applied comes to nothing
     */
    Flux<Pulled> pulled(Flux<Arriving> runs);

    /**
     * Whether anything of an issuer would be taken in now, as far as is known without the database: if not, nobody need be asked
     * for it.
     */
    boolean admits(IssuerId issuer);

    /** Where events are missing, as it is found out. Hot; signals that nobody takes in time are lost. */
    Flux<Gap> gaps();

    /** Whose gossip was dropped unread, for there was too much to do. Hot, as {@link #gaps} is. */
    Flux<PeerId> dropped();

    /** A number that grows whenever something was applied; while it stands still, nothing that was missing has come. */
    long applied();

    /**
     * Fills in bodies that were missing. What opens no current version's commitment is passed over.
     *
     * @return how many were filled in, after the commit
     */
    Mono<Integer> bodies(List<ArrivedBody> bodies);

    /**
     * Events are missing.
     *
     * @param from the first sequence that is missing
     * @param to the last sequence that is missing, as far as is known
     * @param heardFrom the peer that sent what comes after
     */
    record Gap(IssuerId issuer, long from, long to, PeerId heardFrom) {}

    /**
     * A run that a peer sends when it is asked.
     *
     * @param entries gives them when it is asked for them on a thread of the intake's, or throws
     *     {@link dev.grapevine.libp2p.multiformats.MalformedException}
     * @param from the peer that sent them
     */
    record Arriving(Supplier<List<LogEntry>> entries, PeerId from) {}

    /** A body that was asked for by {@link EventLog#missingBodies}. */
    record ArrivedBody(IssuerId issuer, UUID profileId, Opening opening) {}

    /** What became of a pulled run. */
    sealed interface Pulled {

        /** The log is now held up to and with this sequence, which may be further than the run. */
        record Applied(long headSequence) implements Pulled {}

        /** Events before it are missing, from this sequence on; nothing was applied. */
        record Behind(long missingFrom) implements Pulled {}

        /** Too far ahead of the clock; to be fetched again after this moment, milliseconds since 1970. */
        record Early(long readyAtMillis) implements Pulled {}

        /** Malformed or forged: another peer is to be asked. */
        record Refused(String reason) implements Pulled {}

        /** Validly signed, but another history than the one held: the issuer has forked its log here. */
        record Conflict(long sequence) implements Pulled {}

        /** The issuer has forked its log at this sequence; nothing from there on is applied. */
        record Frozen(long sequence) implements Pulled {}

        /** The issuer is blocked, or has used up what may be taken in of it; what is held of it stays as it is. */
        record Declined() implements Pulled {}

        /** The node has too much to do: to be sent again later. */
        record Overloaded() implements Pulled {}
    }
}

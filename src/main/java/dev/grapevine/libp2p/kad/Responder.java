package dev.grapevine.libp2p.kad;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.Messages.Message;
import dev.grapevine.libp2p.kad.Messages.MessageType;
import dev.grapevine.libp2p.kad.Messages.Peer;
import dev.grapevine.libp2p.kad.Messages.ValueRecord;
import dev.grapevine.libp2p.multiformats.Cid;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multihash;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Answers what peers ask (specification kad-dht, "RPC messages"). */
final class Responder {

    private final PeerId self;
    private final int k;
    private final RoutingTable table;
    private final ValueStore values;
    private final ProviderStore providers;
    private final Validators validators;
    private final Counters counters;
    private final Rates rates = new Rates();

    private final Set<PeerId> connected = new HashSet<>();

    Responder(
            PeerId self,
            int k,
            RoutingTable table,
            ValueStore values,
            ProviderStore providers,
            Validators validators,
            Counters counters) {
        this.self = self;
        this.k = k;
        this.table = table;
        this.values = values;
        this.providers = providers;
        this.validators = validators;
        this.counters = counters;
    }

    /** What becomes of a request: an answer, no answer where the protocol has none, or the end of the stream. */
    record Outcome(boolean taken, @Nullable Message answer) {

        private static final Outcome REFUSED = new Outcome(false, null);
    }

    Outcome respond(PeerId from, Message request, long now) {
        if (!rates.take(from, now)) {
            counters.refusedRate++;
            return Outcome.REFUSED;
        }
        Outcome outcome = switch (request.type()) {
            case FIND_NODE -> answer(request, null, List.of(), closest(request, from));
            case GET_VALUE -> answer(request, held(request.key()), List.of(), closest(request, from));
            case GET_PROVIDERS -> answer(request, null, providers(request.key()), closest(request, from));
            case PUT_VALUE -> put(request, now);
            case ADD_PROVIDER -> addProvider(from, request, now);
            case PING -> new Outcome(true, Message.ask(MessageType.PING, request.key()));
        };
        if (outcome.taken()) {
            counters.answered++;
        } else {
            counters.refusedRecords++;
        }
        return outcome;
    }

    void connected(PeerId peer) {
        connected.add(peer);
    }

    void disconnected(PeerId peer) {
        connected.remove(peer);
    }

    void expire(long now) {
        rates.expire(now);
    }

    private static Outcome answer(
            Message request, @Nullable ValueRecord record, List<PeerId> providers, List<PeerId> closer) {
        return new Outcome(
                true,
                new Message(
                        request.type(),
                        request.key(),
                        record,
                        closer.stream().map(Peer::of).toList(),
                        providers.stream().map(Peer::of).toList()));
    }

    /** Who looks for this very peer, or for one that is connected, is told of it, whether it serves or not. */
    private List<PeerId> closest(Message request, PeerId from) {
        List<PeerId> closest =
                new ArrayList<>(table.closest(Key.of(request.key().array()), k + 1));
        if (request.type() == MessageType.FIND_NODE) {
            Stream.concat(Stream.of(self), connected.stream())
                    .filter(peer -> new Bytes(peer.bytes()).equals(request.key()) && !closest.contains(peer))
                    .findFirst()
                    .ifPresent(closest::addFirst);
        }
        closest.remove(from);
        return closest.subList(0, Math.min(k, closest.size()));
    }

    private @Nullable ValueRecord held(Bytes key) {
        return values.stored(key)
                .map(stored -> new ValueRecord(key, stored.value(), stored.atMillis()))
                .orElse(null);
    }

    private List<PeerId> providers(Bytes key) {
        List<PeerId> found = providers.of(contentKey(key).orElse(key));
        return found.subList(0, Math.min(Codec.MAX_PEERS, found.size()));
    }

    /** A valid value that is not worse than the one held is kept and echoed. */
    private Outcome put(Message request, long now) {
        ValueRecord record = request.record();
        if (record == null
                || !record.key().equals(request.key())
                || !validators.isValid(record.key(), record.value())) {
            return Outcome.REFUSED;
        }
        Bytes held = values.get(record.key()).orElse(null);
        boolean worse = held != null && validators.isBetter(record.key(), held, record.value());
        return !worse && values.put(record.key(), record.value(), now)
                ? new Outcome(true, Message.put(record))
                : Outcome.REFUSED;
    }

    /** A peer speaks for itself alone. */
    private Outcome addProvider(PeerId from, Message request, long now) {
        Bytes key = contentKey(request.key()).orElse(null);
        boolean taken = key != null && request.providerIds().contains(from) && providers.add(key, from, now);
        return taken ? new Outcome(true, null) : Outcome.REFUSED;
    }

    /** Provider records belong to a multihash; a CID is taken too, and stands for its own. */
    static Optional<Bytes> contentKey(Bytes key) {
        try {
            Multihash.decode(key.array());
            return Optional.of(key);
        } catch (MalformedException noMultihash) {
            try {
                return Optional.of(new Bytes(Cid.decode(key.array()).hash().encode()));
            } catch (MalformedException noCid) {
                return Optional.empty();
            }
        }
    }
}

package dev.grapevine.libp2p.autonat;

import dev.grapevine.libp2p.autonat.Messages.DialDataRequest;
import dev.grapevine.libp2p.autonat.Messages.DialRequest;
import dev.grapevine.libp2p.autonat.Messages.DialResponse;
import dev.grapevine.libp2p.autonat.Messages.DialStatus;
import dev.grapevine.libp2p.autonat.Messages.ResponseStatus;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.IpAddresses;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * The side that dials when it is asked to: which address, after how much data, and for whom how often. Pure: inputs and the
 * time in, outputs out.
 */
final class ServerState {

    /** Data asked for is at least so much (specification, "Amplification Attack Prevention"), and at most as much as that. */
    static final int MIN_DATA_BYTES = 30_000;

    static final int MAX_DATA_BYTES = 100_000;

    /** A piece of data that is not the last has at least so much, lest it be dearer to read than to send. */
    static final int MIN_PIECE_BYTES = 100;

    /** Requests that are taken in a minute: of all, of one peer or from one place, and of those that cost the client data. */
    static final int MAX_REQUESTS = 60;

    static final int MAX_REQUESTS_OF_PEER = 12;
    static final int MAX_REQUESTS_WITH_DATA = 12;

    private static final long MINUTE_MILLIS = 60_000;

    private final Predicate<Multiaddr> dialable;
    private final RandomGenerator random;
    private final Map<Long, Job> jobs = new HashMap<>();
    private final Deque<Taken> lastMinute = new ArrayDeque<>();

    private record Taken(PeerId peer, String place, boolean withData, long atMillis) {}

    /** @param missingBytes of data; at 0 the dial is under way */
    private record Job(PeerId peer, int index, Multiaddr address, long nonce, long missingBytes) {

        Job after(int bytes) {
            return new Job(peer, index, address, nonce, Math.max(0, missingBytes - bytes));
        }
    }

    sealed interface Input {

        /**
         * A peer asks.
         *
         * @param id of the request, the caller's
         * @param place where the peer is; peers that share it share the limits of one
         * @param observed the peer's IP address as seen from here; empty behind a relay
         */
        record Requested(long id, PeerId peer, String place, Optional<InetAddress> observed, DialRequest request)
                implements Input {}

        /** Data has come. */
        record Data(long id, int bytes) implements Input {}

        /** The dial is over. */
        record Dialled(long id, DialStatus status) implements Input {}

        /** The peer has given the request up, had too much time, or will send nothing more. */
        record Gone(long id) implements Input {}
    }

    sealed interface Output {

        record AskData(long id, DialDataRequest request) implements Output {}

        /** Dial; Dialled must follow, also after Gone. */
        record Dial(long id, PeerId peer, Multiaddr address, long nonce) implements Output {}

        /** Answer, if the peer still waits. */
        record Answer(long id, DialResponse response) implements Output {}

        /** Give the stream up, for what the peer has sent. */
        record Reset(long id) implements Output {}
    }

    /**
     * @param dialable whether this host dials such an address at all
     * @param random how much data is asked for
     */
    ServerState(Predicate<Multiaddr> dialable, RandomGenerator random) {
        this.dialable = dialable;
        this.random = random;
    }

    List<Output> handle(Input input, long nowMillis) {
        return switch (input) {
            case Input.Requested requested -> requested(requested, nowMillis);
            case Input.Data data -> data(data);
            case Input.Dialled dialled -> dialled(dialled);
            case Input.Gone gone -> gone(gone.id());
        };
    }

    private List<Output> requested(Input.Requested requested, long nowMillis) {
        lastMinute.removeIf(taken -> nowMillis - taken.atMillis() >= MINUTE_MILLIS);
        long ofPeer = lastMinute.stream()
                .filter(taken ->
                        taken.peer().equals(requested.peer()) || taken.place().equals(requested.place()))
                .count();
        boolean busy = jobs.values().stream().anyMatch(job -> job.peer().equals(requested.peer()));
        if (busy || ofPeer >= MAX_REQUESTS_OF_PEER || lastMinute.size() >= MAX_REQUESTS) {
            return answer(requested.id(), ResponseStatus.E_REQUEST_REJECTED);
        }
        List<Optional<Multiaddr>> addresses = requested.request().addresses();
        for (int index = 0; index < addresses.size(); index++) {
            Optional<Multiaddr> address = addresses
                    .get(index)
                    .flatMap(each -> each.of(requested.peer().toString()))
                    .filter(dialable);
            if (address.isPresent() && requested.observed().isPresent()) {
                return take(requested, index, address.get(), nowMillis);
            }
        }
        return answer(requested.id(), ResponseStatus.E_DIAL_REFUSED);
    }

    private List<Output> take(Input.Requested requested, int index, Multiaddr address, long nowMillis) {
        boolean withData = !IpAddresses.of(address).equals(requested.observed());
        if (withData && lastMinute.stream().filter(Taken::withData).count() >= MAX_REQUESTS_WITH_DATA) {
            return answer(requested.id(), ResponseStatus.E_REQUEST_REJECTED);
        }
        lastMinute.add(new Taken(requested.peer(), requested.place(), withData, nowMillis));
        int bytes = withData ? random.nextInt(MIN_DATA_BYTES, MAX_DATA_BYTES + 1) : 0;
        Job job = new Job(requested.peer(), index, address, requested.request().nonce(), bytes);
        jobs.put(requested.id(), job);
        return withData
                ? List.of(new Output.AskData(requested.id(), new DialDataRequest(index, bytes)))
                : dial(requested.id(), job);
    }

    private List<Output> data(Input.Data data) {
        Job job = jobs.get(data.id());
        if (job == null || job.missingBytes() == 0) {
            return List.of(new Output.Reset(data.id())); // nobody has asked for it
        }
        Job next = job.after(data.bytes());
        if (next.missingBytes() > 0 && data.bytes() < MIN_PIECE_BYTES) {
            return gone(data.id());
        }
        jobs.put(data.id(), next);
        return next.missingBytes() > 0 ? List.of() : dial(data.id(), next);
    }

    /** A dial that is under way goes on, and keeps its client from having another one. */
    private List<Output> gone(long id) {
        Job job = jobs.get(id);
        if (job == null || job.missingBytes() == 0) {
            return List.of();
        }
        jobs.remove(id);
        return List.of(new Output.Reset(id));
    }

    private static List<Output> dial(long id, Job job) {
        return List.of(new Output.Dial(id, job.peer(), job.address(), job.nonce()));
    }

    private List<Output> dialled(Input.Dialled dialled) {
        Job job = jobs.remove(dialled.id());
        return job == null
                ? List.of()
                : List.of(new Output.Answer(
                        dialled.id(), new DialResponse(ResponseStatus.OK, job.index(), dialled.status())));
    }

    private static List<Output> answer(long id, ResponseStatus status) {
        return List.of(new Output.Answer(id, DialResponse.without(status)));
    }
}

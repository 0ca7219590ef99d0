package dev.grapevine.libp2p.mdns;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.mdns.Messages.Kind;
import dev.grapevine.libp2p.mdns.Messages.Packet;
import dev.grapevine.libp2p.mdns.Messages.Pointer;
import dev.grapevine.libp2p.mdns.Messages.Question;
import dev.grapevine.libp2p.mdns.Messages.Resource;
import dev.grapevine.libp2p.mdns.Messages.Text;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * When to ask for peers, when to answer, and who answers (specification mdns; times by RFC 6762). Pure: inputs and the time
 * in, outputs out. However many ask, there is at most one answer a second.
 */
final class MdnsState {

    static final String SERVICE = "_p2p._udp.local.";
    static final String META = "_services._dns-sd._udp.local.";

    /** From the first query to the second (RFC 6762, section 5.2); doubles with each further one. */
    static final long FIRST_INTERVAL_MILLIS = 1_000;

    /** Where the doubling ends. */
    static final long MAX_INTERVAL_MILLIS = 300_000;

    /** An answer waits so long, for not all to answer at once (RFC 6762, section 6). */
    static final long MIN_DELAY_MILLIS = 20;

    static final long MAX_DELAY_MILLIS = 120;

    /** Between two answers (RFC 6762, section 6). */
    static final long ANSWER_INTERVAL_MILLIS = 1_000;

    static final long TTL_SECONDS = 120;

    /** Addresses that are told, so that the packet fits into one frame of Ethernet, and that are taken of a peer. */
    static final int MAX_ADDRESSES = 6;

    /** Peers that are taken of a packet. */
    static final int MAX_PEERS = 16;

    private static final String ATTRIBUTE = "dnsaddr=";
    private static final int NAME_CHARS = 32;

    private final PeerId self;
    private final String name;
    private final RandomGenerator random;
    private final Set<Pending> pending = new LinkedHashSet<>();
    private long intervalMillis = FIRST_INTERVAL_MILLIS;
    private long queryDueMillis;
    private long answerDueMillis;
    private long lastAnswerMillis;

    private enum Pending {
        PEER,
        META
    }

    /** @param random makes up the name under which this peer goes, and spreads packets over time */
    MdnsState(PeerId self, RandomGenerator random, long nowMillis) {
        this.self = self;
        this.random = random;
        // not the peer id, which may become too long for a label (specification mdns, "Definitions")
        this.name = random.ints(NAME_CHARS, 0, Character.MAX_RADIX)
                        .mapToObj(digit -> Integer.toString(digit, Character.MAX_RADIX))
                        .collect(Collectors.joining())
                + "." + SERVICE;
        this.queryDueMillis = nowMillis + delay();
        this.lastAnswerMillis = nowMillis - ANSWER_INTERVAL_MILLIS;
    }

    sealed interface Input {

        record Received(Packet packet) implements Input {}

        /**
         * Time has passed.
         *
         * @param addresses where this peer is reached now
         */
        record Tick(List<Multiaddr> addresses) implements Input {}
    }

    sealed interface Output {

        /** Send to everybody. */
        record Send(Packet packet) implements Output {}

        /**
         * A peer is on this network.
         *
         * @param addresses without {@code /p2p}
         */
        record Found(PeerId peer, List<Multiaddr> addresses) implements Output {}
    }

    List<Output> handle(Input input, long nowMillis) {
        return switch (input) {
            case Input.Received in -> {
                if (in.packet().response()) {
                    yield found(in.packet());
                }
                asked(in.packet(), nowMillis);
                yield List.of();
            }
            case Input.Tick tick -> tick(tick.addresses(), nowMillis);
        };
    }

    /** The name that stands for this peer. */
    String name() {
        return name;
    }

    private long delay() {
        return random.nextLong(MIN_DELAY_MILLIS, MAX_DELAY_MILLIS + 1);
    }

    private void asked(Packet query, long now) {
        boolean known = query.answers().stream()
                .anyMatch(answer -> answer instanceof Pointer pointer
                        && pointer.target().equals(name)
                        && pointer.ttlSeconds() >= TTL_SECONDS / 2);
        for (Question question : query.questions()) {
            boolean pointers = question.kind() != Kind.TXT;
            boolean texts = question.kind() != Kind.PTR;
            if ((pointers && question.name().equals(SERVICE) && !known)
                    || (texts && question.name().equals(name))) {
                answerSoon(Pending.PEER, now);
            } else if (pointers && question.name().equals(META)) {
                answerSoon(Pending.META, now);
            }
        }
    }

    /** One answer for all who ask meanwhile. */
    private void answerSoon(Pending what, long now) {
        if (pending.isEmpty()) {
            answerDueMillis = Math.max(now + delay(), lastAnswerMillis + ANSWER_INTERVAL_MILLIS);
        }
        pending.add(what);
    }

    private List<Output> tick(List<Multiaddr> addresses, long now) {
        List<Output> outputs = new ArrayList<>();
        if (now >= queryDueMillis) {
            outputs.add(new Output.Send(Packet.query(new Question(SERVICE, Kind.PTR), List.of())));
            queryDueMillis = now + intervalMillis;
            intervalMillis = Math.min(2 * intervalMillis, MAX_INTERVAL_MILLIS);
            // "a peer must respond to its own query" (specification mdns, "Request"); at once, whether it hears itself
            // or not
            pending.add(Pending.PEER);
            answerDueMillis = Math.max(now, lastAnswerMillis + ANSWER_INTERVAL_MILLIS);
        }
        if (!pending.isEmpty() && now >= answerDueMillis) {
            answer(addresses).ifPresent(outputs::add);
            pending.clear();
            lastAnswerMillis = now;
        }
        return outputs;
    }

    private Optional<Output> answer(List<Multiaddr> addresses) {
        List<Resource> answers = new ArrayList<>();
        List<Resource> additionals = new ArrayList<>();
        if (pending.contains(Pending.META)) {
            answers.add(new Pointer(META, TTL_SECONDS, SERVICE));
        }
        List<Resource> texts = texts(addresses);
        if (pending.contains(Pending.PEER) && !texts.isEmpty()) {
            answers.add(new Pointer(SERVICE, TTL_SECONDS, name));
            additionals.addAll(texts);
        }
        return answers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Output.Send(Packet.response(answers, additionals)));
    }

    /** What leads to the machine itself means nothing to others. */
    private List<Resource> texts(List<Multiaddr> addresses) {
        return addresses.stream()
                .filter(address -> !address.isLoopback())
                .map(address -> ATTRIBUTE + address.with(Protocol.P2P, self.toString()))
                .filter(text -> text.getBytes(StandardCharsets.UTF_8).length <= Codec.MAX_TEXT_BYTES)
                .limit(MAX_ADDRESSES)
                .map(text -> (Resource) new Text(name, TTL_SECONDS, List.of(text)))
                .toList();
    }

    private List<Output> found(Packet response) {
        Set<String> names = new LinkedHashSet<>();
        for (Resource resource : response.answers()) {
            if (resource instanceof Pointer pointer && pointer.name().equals(SERVICE) && pointer.ttlSeconds() > 0) {
                names.add(pointer.target());
            }
        }
        Map<PeerId, Set<Multiaddr>> peers = new TreeMap<>();
        Stream.concat(response.answers().stream(), response.additionals().stream())
                .filter(resource -> resource.ttlSeconds() > 0 && names.contains(resource.name()))
                .forEach(resource -> {
                    if (resource instanceof Text text) {
                        text.attributes().forEach(attribute -> add(attribute, peers));
                    }
                });
        peers.remove(self);
        return peers.entrySet().stream()
                .map(each -> (Output) new Output.Found(each.getKey(), List.copyOf(each.getValue())))
                .toList();
    }

    private static void add(String attribute, Map<PeerId, Set<Multiaddr>> peers) {
        if (!attribute.startsWith(ATTRIBUTE)) {
            return;
        }
        try {
            Multiaddr address = Multiaddr.parse(attribute.substring(ATTRIBUTE.length()));
            Multiaddr bare = address.without(Protocol.P2P);
            if (bare.equals(address) || bare.components().isEmpty() || bare.isLoopback()) {
                return;
            }
            PeerId peer = PeerId.parse(address.components().getLast().value());
            if (peers.containsKey(peer) || peers.size() < MAX_PEERS) {
                Set<Multiaddr> of = peers.computeIfAbsent(peer, any -> new LinkedHashSet<>());
                if (of.size() < MAX_ADDRESSES) {
                    of.add(bare);
                }
            }
        } catch (MalformedException unknown) {
            // an address of a kind that is not known here
        }
    }
}

package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.ForkMessages.ForksRequest;
import dev.grapevine.node.network.FrontierMessages.FrontierRequest;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the sync protocol says, byte for byte as in {@code proto/sync.proto}. Decoding throws {@link MalformedException}. */
final class SyncMessages {

    private SyncMessages() {}

    /** What a client asks for, one a stream. */
    sealed interface Request
            permits Request.Range,
                    Request.Bodies,
                    Request.Objects,
                    FrontierMessages.FrontierRequest,
                    ForkMessages.ForksRequest {

        /** @param to the last event that is wanted; the answer ends with the frame that has it */
        record Range(IssuerId issuer, long from, long to) implements Request {

            static final long TO_THE_END = Long.MAX_VALUE;

            /** Everything from a sequence on. */
            Range(IssuerId issuer, long from) {
                this(issuer, from, TO_THE_END);
            }

            private ProtobufWriter message() {
                ProtobufWriter out = new ProtobufWriter()
                        .bytes(1, issuer.inception().encoded())
                        .uint64(2, from);
                return to == TO_THE_END ? out : out.uint64(3, to);
            }
        }

        record Bodies(IssuerId issuer, List<UUID> profileIds) implements Request {

            static final int MAX_PROFILE_IDS = 256;

            private ProtobufWriter message() {
                ProtobufWriter out =
                        new ProtobufWriter().bytes(1, issuer.inception().encoded());
                profileIds.forEach(id -> out.bytes(2, ProfileIds.toBytes(id)));
                return out;
            }
        }

        /** Public credentials, by their digests. */
        record Objects(List<Hash> digests) implements Request {

            static final int MAX_DIGESTS = 16;

            private ProtobufWriter message() {
                ProtobufWriter out = new ProtobufWriter();
                digests.forEach(digest -> out.bytes(1, digest.bytes()));
                return out;
            }
        }

        /** What is asked for, for metrics. */
        enum Kind {
            RANGE,
            BODIES,
            FRONTIER,
            OBJECTS,
            FORKS
        }

        default Kind kind() {
            return switch (this) {
                case Range range -> Kind.RANGE;
                case Bodies bodies -> Kind.BODIES;
                case FrontierRequest frontier -> Kind.FRONTIER;
                case Objects objects -> Kind.OBJECTS;
                case ForksRequest forks -> Kind.FORKS;
            };
        }

        default byte[] encode() {
            ProtobufWriter out = new ProtobufWriter();
            switch (this) {
                case Range range -> out.bytes(2, range.message().toByteArray());
                case Bodies bodies -> out.bytes(3, bodies.message().toByteArray());
                case FrontierRequest frontier -> out.bytes(4, frontier.message().toByteArray());
                case ForksRequest forks -> out.bytes(5, forks.message().toByteArray());
                case Objects objects -> out.bytes(6, objects.message().toByteArray());
            }
            return out.toByteArray();
        }

        static Request decode(byte[] frame) {
            Request request = null;
            var in = new ProtobufReader(frame);
            while (in.next()) {
                switch (in.field()) {
                    case 2 -> request = decodeRange(in.bytes());
                    case 3 -> request = decodeBodies(in.bytes());
                    case 4 -> request = FrontierRequest.decode(in.bytes());
                    case 5 -> request = ForksRequest.decode(in.bytes());
                    case 6 -> request = decodeObjects(in.bytes());
                    default -> in.skip();
                }
            }
            return present(request, "request");
        }

        private static Request decodeRange(byte[] message) {
            IssuerId issuer = null;
            long from = 0;
            long to = Range.TO_THE_END;
            var in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> issuer = issuer(in.bytes());
                    case 2 -> from = sequence(in.uint64());
                    case 3 -> to = sequence(in.uint64());
                    default -> in.skip();
                }
            }
            return new Range(present(issuer, "issuer"), from, to);
        }

        private static Request decodeBodies(byte[] message) {
            IssuerId issuer = null;
            List<UUID> profileIds = new ArrayList<>();
            var in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> issuer = issuer(in.bytes());
                    case 2 -> profileIds.add(ProfileIds.fromBytes(in.bytes()));
                    default -> in.skip();
                }
            }
            if (profileIds.size() > Bodies.MAX_PROFILE_IDS) {
                throw new MalformedException("more than " + Bodies.MAX_PROFILE_IDS + " profile ids asked for");
            }
            return new Bodies(present(issuer, "issuer"), profileIds);
        }

        private static Request decodeObjects(byte[] message) {
            List<Hash> digests = new ArrayList<>();
            var in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> digests.add(Hash.wrap(in.bytes()));
                    default -> in.skip();
                }
            }
            if (digests.isEmpty() || digests.size() > Objects.MAX_DIGESTS) {
                throw new MalformedException(digests.size() + " objects asked for");
            }
            return new Objects(digests);
        }
    }

    /**
     * Some of a log, in sequence.
     *
     * @param entries the last one's own signature was checked by the server; what comes before it is chained to it
     */
    record RangePage(List<LogEntry> entries) {

        /** What the page says is the hash of an event: one of its own, or the one before the first. */
        Optional<Hash> hashAt(long sequence) {
            return entries.stream()
                    .map(LogEntry::event)
                    .flatMap(event -> event.sequence() == sequence
                            ? Stream.of(event.hash())
                            : event.sequence() == sequence + 1 ? event.event().previous().stream() : Stream.empty())
                    .findFirst();
        }

        /** No event is shorter, in bytes. */
        private static final int MIN_EVENT_BYTES = 64;

        /**
         * How many events there are on a page, without a look at them.
         *
         * @throws MalformedException where there is none, or more than there can be
         */
        static int countEvents(byte[] frame) {
            int events = 0;
            var in = new ProtobufReader(frame);
            while (in.next()) {
                if (in.field() == 1) {
                    events++;
                }
                in.skip();
            }
            if (events == 0 || events > frame.length / MIN_EVENT_BYTES) {
                throw new MalformedException(events + " events in " + frame.length + " bytes");
            }
            return events;
        }

        byte[] encode() {
            int bytes = entries.stream().mapToInt(LogEntry::messageBytes).sum();
            ProtobufWriter out = new ProtobufWriter(bytes);
            entries.forEach(entry -> out.bytes(1, entry.encode()));
            return out.toByteArray();
        }

        static RangePage decode(byte[] frame) {
            List<LogEntry> entries = new ArrayList<>();
            var in = new ProtobufReader(frame);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> entries.add(LogEntry.decode(in.bytes()));
                    default -> in.skip();
                }
            }
            return new RangePage(entries);
        }
    }

    /**
     * What opens the commitment of a profile's current version.
     */
    record Body(UUID profileId, LogEntry.Opening opening) {

        byte[] encode() {
            return new ProtobufWriter()
                    .bytes(1, ProfileIds.toBytes(profileId))
                    .bytes(2, opening.body())
                    .bytes(3, opening.salt())
                    .toByteArray();
        }

        static Body decode(byte[] message) {
            UUID profileId = null;
            byte[] body = null;
            byte[] salt = null;
            var in = new ProtobufReader(message);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> profileId = ProfileIds.fromBytes(in.bytes());
                    case 2 -> body = in.bytes();
                    case 3 -> salt = in.bytes();
                    default -> in.skip();
                }
            }
            return new Body(
                    present(profileId, "profile id"),
                    new LogEntry.Opening(present(body, "body"), present(salt, "salt")));
        }
    }

    /** Some of the bodies asked for. */
    record BodiesPage(List<Body> bodies) {

        /** With bodies of at most 8 KiB a page stays below 300 KiB. */
        static final int MAX_BODIES = 32;

        byte[] encode() {
            ProtobufWriter out = new ProtobufWriter();
            bodies.forEach(body -> out.bytes(1, body.encode()));
            return out.toByteArray();
        }

        static BodiesPage decode(byte[] frame) {
            List<Body> bodies = new ArrayList<>();
            var in = new ProtobufReader(frame);
            while (in.next()) {
                switch (in.field()) {
                    case 1 -> bodies.add(Body.decode(in.bytes()));
                    default -> in.skip();
                }
            }
            return new BodiesPage(bodies);
        }
    }

    static IssuerId issuer(byte[] key) {
        return new IssuerId(PublicKey.decode(key));
    }

    static long sequence(long uint64) {
        if (uint64 < 0) {
            throw new MalformedException("a sequence above 2^63 - 1");
        }
        return uint64;
    }

    static <T> T present(@Nullable T value, String what) {
        if (value == null) {
            throw new MalformedException("no " + what);
        }
        return value;
    }
}

package dev.grapevine.fuzz;

import com.sun.management.ThreadMXBean;
import dev.grapevine.keys.FuzzedDid;
import dev.grapevine.keys.FuzzedDidDocument;
import dev.grapevine.libp2p.autonat.FuzzedAutonat;
import dev.grapevine.libp2p.crypto.FuzzedEnvelope;
import dev.grapevine.libp2p.crypto.FuzzedKey;
import dev.grapevine.libp2p.dns.FuzzedTextRecord;
import dev.grapevine.libp2p.gossipsub.FuzzedRpc;
import dev.grapevine.libp2p.identify.FuzzedIdentify;
import dev.grapevine.libp2p.kad.FuzzedMessage;
import dev.grapevine.libp2p.mdns.FuzzedPacket;
import dev.grapevine.libp2p.multiformats.FuzzedCid;
import dev.grapevine.libp2p.multiformats.FuzzedMultiaddr;
import dev.grapevine.libp2p.multiformats.FuzzedMultibase;
import dev.grapevine.libp2p.multiformats.FuzzedVarint;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.noise.FuzzedHandshake;
import dev.grapevine.libp2p.swarm.FuzzedNegotiation;
import dev.grapevine.libp2p.tls.FuzzedCertificate;
import dev.grapevine.libp2p.yamux.FuzzedConnection;
import dev.grapevine.node.backup.FuzzedBackupFrame;
import dev.grapevine.node.credential.FuzzedCredential;
import dev.grapevine.node.credential.FuzzedJson;
import dev.grapevine.node.credential.FuzzedJws;
import dev.grapevine.node.credential.FuzzedKeyBinding;
import dev.grapevine.node.credential.FuzzedProof;
import dev.grapevine.node.credential.FuzzedSdJwt;
import dev.grapevine.node.credential.FuzzedStatusList;
import dev.grapevine.node.credential.jsonld.FuzzedJsonLd;
import dev.grapevine.node.credential.jsonschema.FuzzedSchema;
import dev.grapevine.node.credential.web.FuzzedPresentation;
import dev.grapevine.node.network.FuzzedSync;
import dev.grapevine.node.profile.FuzzedBody;
import dev.grapevine.node.profile.FuzzedForkProof;
import dev.grapevine.node.profile.FuzzedProfileMessage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Everything that reads what strangers wrote. Each has its sibling beside the parser, which knows what must hold. */
@SuppressWarnings("ImmutableEnumChecker") // it measures
enum Target {
    VARINT(Group.LIBP2P, FuzzedVarint::take),
    MULTIADDR(Group.LIBP2P, FuzzedMultiaddr::take),
    CID(Group.LIBP2P, FuzzedCid::take),
    MULTIBASE(Group.LIBP2P, FuzzedMultibase::take),
    KEY(Group.LIBP2P, FuzzedKey::take),
    ENVELOPE(Group.LIBP2P, FuzzedEnvelope::take),
    CERTIFICATE(Group.LIBP2P, FuzzedCertificate::take),
    NOISE(Group.LIBP2P, FuzzedHandshake::take),
    YAMUX(Group.LIBP2P, FuzzedConnection::take),
    MULTISTREAM(Group.LIBP2P, FuzzedNegotiation::take),
    IDENTIFY(Group.LIBP2P, FuzzedIdentify::take),
    GOSSIPSUB(Group.LIBP2P, FuzzedRpc::take),
    KAD(Group.LIBP2P, FuzzedMessage::take),
    AUTONAT(Group.LIBP2P, FuzzedAutonat::take),
    MDNS(Group.LIBP2P, FuzzedPacket::take),
    DNS(Group.LIBP2P, FuzzedTextRecord::take),
    PROFILE(Group.GRAPEVINE, FuzzedProfileMessage::take),
    FORK(Group.GRAPEVINE, FuzzedForkProof::take),
    SYNC(Group.GRAPEVINE, FuzzedSync::take),
    BACKUP(Group.GRAPEVINE, FuzzedBackupFrame::take),
    BODY(Group.GRAPEVINE, FuzzedBody::take),
    JSON(Group.CREDENTIALS, FuzzedJson::take),
    JSON_LD(Group.CREDENTIALS, FuzzedJsonLd::take),
    PROOF(Group.CREDENTIALS, FuzzedProof::take),
    CREDENTIAL(Group.CREDENTIALS, FuzzedCredential::take),
    JWS(Group.CREDENTIALS, FuzzedJws::take),
    SD_JWT(Group.CREDENTIALS, FuzzedSdJwt::take),
    KEY_BINDING(Group.CREDENTIALS, FuzzedKeyBinding::take),
    PRESENTATION(Group.CREDENTIALS, FuzzedPresentation::take),
    STATUS_LIST(Group.CREDENTIALS, FuzzedStatusList::take),
    SCHEMA(Group.CREDENTIALS, FuzzedSchema::take),
    DID(Group.CREDENTIALS, FuzzedDid::take),
    DID_DOCUMENT(Group.CREDENTIALS, FuzzedDidDocument::take);

    /** What is kept of each target's inputs, in a folder of its name. */
    static final Path CORPUS = Path.of("src/test/resources/fuzz");

    /** After so many times, all that an input needs has been loaded. */
    private static final int LOADS = 5;

    /** Of CPU, for one input; what is loaded at the first counts as well. */
    private static final long MAX_MILLIS = 10_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Group group;
    private final Consumer<byte[]> parser;
    private long largestBytes;

    /** Targets of one kind: how many inputs a long run has, and what one may allocate, so much and so much more for each of its bytes. */
    enum Group {
        LIBP2P(700_000, 128 * 1024, 512),
        GRAPEVINE(300_000, 128 * 1024, 512),
        CREDENTIALS(100_000, 32 * 1024 * 1024, 2048);

        private final int inputs;
        private final long bytes;
        private final long bytesPerByte;

        Group(int inputs, long bytes, long bytesPerByte) {
            this.inputs = inputs;
            this.bytes = bytes;
            this.bytesPerByte = bytesPerByte;
        }

        /** Of each target in a long run. */
        int inputs() {
            return inputs;
        }

        private long bytesFor(byte[] input) {
            return bytes + bytesPerByte * input.length;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Target(Group group, Consumer<byte[]> parser) {
        this.group = group;
        this.parser = parser;
    }

    Group group() {
        return group;
    }

    /**
     * Has the input read.
     *
     * @param measured how many times as much as it should may be allocated, by whoever measures
     * @throws AssertionError where something does not hold, or it took too much memory or time
     */
    void take(byte[] input, int measured) {
        long allowed = measured * group.bytesFor(input);
        long begin = THREADS.getCurrentThreadCpuTime();
        long allocated = allocated(input);
        long millis = TimeUnit.NANOSECONDS.toMillis(THREADS.getCurrentThreadCpuTime() - begin);
        for (int again = 0; again < LOADS && allocated > largestBytes; again++) {
            allocated = Math.min(allocated, allocated(input)); // without what is loaded and linked once
        }
        Property.holds(millis <= MAX_MILLIS, input.length + " bytes take " + millis + " ms of CPU");
        Property.holds(
                allocated <= allowed, input.length + " bytes have " + allocated + " allocated at most " + allowed);
        largestBytes = Math.max(largestBytes, allocated);
    }

    private long allocated(byte[] input) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            parser.accept(input.clone());
        } catch (MalformedException refused) {
            // as it may
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** The most that any input so far has had allocated, in bytes. */
    long largestBytes() {
        return largestBytes;
    }

    /** Its part of the corpus. */
    List<Path> corpus() throws IOException {
        try (Stream<Path> files = Files.list(CORPUS.resolve(toString()))) {
            return files.sorted().toList();
        }
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Target named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}

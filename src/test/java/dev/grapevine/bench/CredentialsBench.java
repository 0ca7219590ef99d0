package dev.grapevine.bench;

import dev.grapevine.keys.DidKey;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.credential.CredentialSigner;
import dev.grapevine.node.credential.CredentialVerifier;
import dev.grapevine.node.credential.Signed;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.identity.IssuerIdentity;
import dev.grapevine.node.identity.MemoryKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Issues and verifies credentials on one thread, and has {@code @digitalbazaar/vc} do the same with the same credentials, in
 * turns. Both start from documents that are in memory, and both are given one after the other, so that what one would remember of
 * a credential is gone or useless when it comes again.
 */
final class CredentialsBench {

    private static final int SUBJECTS = 10_000;
    private static final List<String> SUITES = List.of("eddsa-jcs-2022", "eddsa-rdfc-2022");
    private static final List<String> WORKS = List.of("issue", "verify");

    private final Path directory;
    private final int rounds;
    private final Duration duration;

    private final PrivateKey key = PrivateKey.generate(new SecureRandom());
    private final CredentialSigner signer = new CredentialSigner(
            new IssuerIdentity(new IssuerId(key.publicKey()), "Example University", null, null),
            new MemoryKeys(key),
            Instant::now);
    private final CredentialVerifier verifier = new CredentialVerifier(Instant::now, null);
    private final List<ObjectNode> unsigned = new ArrayList<>();
    private int next;

    CredentialsBench(Path directory, int rounds, int seconds) {
        this.directory = directory;
        this.rounds = rounds;
        this.duration = Duration.ofSeconds(seconds);
    }

    /** What is measured; each run is one credential. */
    @FunctionalInterface
    private interface Work {
        void run();
    }

    void run(Report report) throws IOException, InterruptedException, ExecutionException {
        String did = DidKey.encode(key.publicKey());
        for (int i = 0; i < SUBJECTS; i++) {
            unsigned.add(ExampleCredential.of(i, did));
        }
        ObjectNode shared = JsonNodeFactory.instance.objectNode();
        shared.putArray("unsigned").addAll(unsigned);
        for (String suite : SUITES) {
            ArrayNode signed = shared.putArray(suite);
            unsigned.forEach(credential -> signed.add(signer.sign(credential, suite)));
        }
        Path file = Files.writeString(directory.resolve("credentials.json"), shared.toString());
        try (CredentialsPeer peer = new CredentialsPeer(file)) {
            report.version("node", peer.version());
            for (String suite : SUITES) {
                for (String work : WORKS) {
                    compare(report, peer, shared, suite, work);
                }
                limits(report, suite);
            }
        }
        signatures(report);
        report.figure("rounds", rounds, "of " + duration.toSeconds() + " s each side, in turns; medians count");
        report.remark(
                "Rates are credentials a CPU-second of the process, what its compiler and collector take included; "
                        + SUBJECTS + " credentials of as many subjects in turn, the same for both sides.");
    }

    private void compare(Report report, CredentialsPeer peer, ObjectNode shared, String suite, String work)
            throws IOException, InterruptedException, ExecutionException {
        Work ours = work.equals("issue")
                ? () -> issue(suite)
                : () -> verify(shared.path(suite).path(turn()));
        Report.progress("Warming up %s %s.", work, suite);
        WarmUp.untilLevel(window -> perCpuSecond(peer, suite, work, WarmUp.WINDOW));
        WarmUp.untilLevel(window -> perCpuSecond(ours, WarmUp.WINDOW));
        List<Double> ourRates = new ArrayList<>();
        List<Double> peerRates = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            peerRates.add(perCpuSecond(peer, suite, work, duration));
            ourRates.add(perCpuSecond(ours, duration));
            ratios.add(ourRates.getLast() / peerRates.getLast());
            Report.progress("Round %d: %,.0f, peer %,.0f", i + 1, ourRates.getLast(), peerRates.getLast());
        }
        String name = name(suite) + "_" + work;
        report.figure(name + "_ratio", Stats.median(ratios), "ours to the peer's; median of the rounds' ratios");
        report.figure(name + "_per_cpu_s", Stats.median(ourRates), "by Grapevine");
        report.figure(name + "_peer_per_cpu_s", Stats.median(peerRates), "by @digitalbazaar/vc");
    }

    private static String name(String suite) {
        return suite.contains("rdfc") ? "rdfc" : "jcs";
    }

    private int turn() {
        next = (next + 1) % SUBJECTS;
        return next;
    }

    private void issue(String suite) {
        signer.sign(unsigned.get(turn()), suite);
    }

    private void verify(tools.jackson.databind.JsonNode credential) {
        if (!Objects.requireNonNull(verifier.verify(credential).block()).verified()) {
            throw new IllegalStateException("not verified: " + credential);
        }
    }

    /** What is signed of a credential and of its proof: canonicalised and hashed, and nothing else. */
    private void limits(Report report, String suite) throws IOException, InterruptedException, ExecutionException {
        ObjectNode proof = (ObjectNode) signer.sign(unsigned.getFirst(), suite).path("proof");
        proof.remove("proofValue");
        Work work = () -> Signed.hashData(suite, unsigned.get(turn()), proof);
        WarmUp.untilLevel(window -> perCpuSecond(work, WarmUp.WINDOW));
        report.figure(
                name(suite) + "_canonical_per_cpu_s",
                perCpuSecond(work, duration),
                "limit: canonical form and hash of credential and proof alone");
    }

    private void signatures(Report report) throws IOException {
        byte[] hashes = new byte[64];
        byte[] signature = key.sign(hashes);
        perCpuSecond(() -> key.sign(hashes), WarmUp.WINDOW);
        report.figure("sign_per_cpu_s", perCpuSecond(() -> key.sign(hashes), duration), "limit: the signature alone");
        Work check = () -> key.publicKey().verify(hashes, signature);
        perCpuSecond(check, WarmUp.WINDOW);
        report.figure("check_per_cpu_s", perCpuSecond(check, duration), "limit: the check of a signature alone");
    }

    private static double perCpuSecond(CredentialsPeer peer, String suite, String work, Duration duration)
            throws IOException {
        double before = Usage.cpuSeconds(List.of(peer.pid()));
        int done = peer.run(suite, work, duration);
        return done / (Usage.cpuSeconds(List.of(peer.pid())) - before);
    }

    private static double perCpuSecond(Work work, Duration duration) throws IOException {
        List<Long> self = List.of(ProcessHandle.current().pid());
        double before = Usage.cpuSeconds(self);
        long end = System.nanoTime() + duration.toNanos();
        int done = 0;
        while (System.nanoTime() < end) {
            work.run();
            done++;
        }
        return done / (Usage.cpuSeconds(self) - before);
    }
}

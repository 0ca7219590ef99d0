package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.node.storage.TestPostgres;
import dev.grapevine.testapi.BuiltProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/** The life of an issuer's key as its operator sees it: rotated, killed in between, encrypted, moved to another machine. */
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
class IssuerKeyIT {

    /** What gossip misses, the comparison that is made each minute finds. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String NETWORK = "it-" + UUID.randomUUID();

    @TempDir
    private static Path directoryOfVerifier;

    private static NodeProcess verifier;

    @TempDir
    private Path directory;

    private final List<NodeProcess> started = new ArrayList<>();
    private NodeProcess issuer;
    private String id;

    /** Each test has an issuer of its own, and they share the verifier. */
    @BeforeAll
    static void startVerifier() {
        verifier = new NodeProcess("verifier", directoryOfVerifier, NETWORK)
                .withDatabase(TestPostgres.newDatabase())
                .start()
                .awaitReady();
    }

    @AfterAll
    static void stopVerifier() {
        verifier.close();
    }

    @BeforeEach
    void start() {
        issuer = node("issuer").connectedTo(List.of(verifier)).start().awaitReady();
        await().atMost(PATIENCE)
                .until(() -> issuer.api().get("/api/v1/issuer-key").status() == 200);
        id = issuerKey(issuer).path("issuer").asString();
        assertThat(id).startsWith("did:key:z6Mk");
    }

    private NodeProcess node(String name) {
        NodeProcess node = new NodeProcess(name, directory, NETWORK).withDatabase(TestPostgres.newDatabase());
        started.add(node);
        return node;
    }

    @AfterEach
    void stop() {
        started.forEach(NodeProcess::close);
    }

    private static JsonNode issuerKey(NodeProcess node) {
        return node.api().get("/api/v1/issuer-key").json();
    }

    private Path file(String name) {
        return issuer.dataDirectory().resolve(name);
    }

    private static JsonNode publish(NodeProcess node, String username) {
        NodeApi.Answer answer = node.api().publish(People.named(username, "Person " + username));
        assertThat(answer.status()).as("%s", answer.json()).isEqualTo(201);
        return answer.json().path("credential");
    }

    private void awaitVerified(JsonNode credential) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            NodeApi.Answer answer = verifier.api().verify(credential);
            assertThat(answer.json().path("verified").asBoolean())
                    .as("%s", answer.json())
                    .isTrue();
        });
    }

    /** @return what it printed, both streams */
    private String grapevine(int exitCode, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(BuiltProgram.clientCommand());
        command.add("issuer-key");
        command.addAll(List.of(arguments));
        Path out = directory.resolve("command.out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("GRAPEVINE_API_KEY", NodeProcess.API_KEY);
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String printed = Files.readString(out);
        assertThat(process.exitValue()).as(printed).isEqualTo(exitCode);
        return printed;
    }

    private String rotate() throws Exception {
        return grapevine(0, Map.of(), "rotate", "--url=" + issuer.uri());
    }

    @Test
    void aRotationSurvivesAKillAfterEachOfItsSteps() throws Exception {
        JsonNode before = publish(issuer, "before");
        Path oldKey = Files.copy(file("issuer.key"), directory.resolve("old.key"), StandardCopyOption.COPY_ATTRIBUTES);

        // Before the commit: the next key is on disk, and the log knows nothing of it.
        issuer.kill();
        Files.copy(oldKey, file("issuer.key.next-z6MkAbandoned"), StandardCopyOption.COPY_ATTRIBUTES);
        issuer.start().awaitReady();
        assertThat(issuerKey(issuer).path("here").asBoolean()).isTrue();
        publish(issuer, "between");

        assertThat(rotate()).contains("Issuer " + id + " signs with did:key:z6Mk");
        assertThat(file("issuer.key.next-z6MkAbandoned")).doesNotExist();
        String key = issuerKey(issuer).path("key").asString();
        assertThat(key).isNotEqualTo(id);

        // After the commit: the log says it, and the files are as they were before the last step.
        issuer.kill();
        Files.move(file("issuer.key"), file("issuer.key.next-" + key.substring("did:key:".length())));
        Files.copy(oldKey, file("issuer.key"), StandardCopyOption.COPY_ATTRIBUTES);
        issuer.start().awaitReady();
        JsonNode after = publish(issuer, "after");

        assertThat(issuerKey(issuer).path("key").asString()).isEqualTo(key);
        assertThat(after.path("issuer").path("id").asString()).isEqualTo(id);
        assertThat(after.path("proof").path("verificationMethod").asString()).startsWith(key + "#");
        awaitVerified(before);
        awaitVerified(after);
        String shown = grapevine(0, Map.of(), "show", "--url=" + issuer.uri(), "--data-dir=" + issuer.dataDirectory());
        assertThat(shown).contains("issuer here       " + id).contains("key in force      " + key);
        assertThat(shown).containsPattern("  0 +\\d+ +first +" + id).containsPattern("rotation +" + key);
        assertThat(shown).doesNotContain(Files.readString(file("issuer.key")).strip());

        // The old key, put back from an old backup.
        issuer.close();
        Files.copy(oldKey, file("issuer.key"), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        int logged = issuer.logged().length();
        assertThat(issuer.start().awaitExit()).isEqualTo(1);
        assertThat(issuer.logged().substring(logged))
                .contains(
                        "grapevine: the node cannot start: The key file of this issuer does not hold the key that its log says"
                                + " is in force, " + key + ".")
                .contains("issuer-key import")
                .doesNotContain("\tat ");
    }

    @Test
    void keyFilesAreEncryptedAtTheNextStartWithAPassphrase() throws Exception {
        Path passphrase = Files.writeString(directory.resolve("passphrase"), "correct horse battery\n");
        issuer.close();
        issuer.with("GRAPEVINE_KEY_PASSPHRASE_FILE", passphrase.toString())
                .start()
                .awaitReady();

        for (String name : List.of("issuer.key", "node.key", "recovery.key")) {
            assertThat(Files.readString(file(name))).as(name).contains("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        }
        assertThat(issuerKey(issuer).path("encrypted").asBoolean()).isTrue();
        rotate();
        assertThat(Files.readString(file("issuer.key"))).contains("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        awaitVerified(publish(issuer, "encrypted"));

        issuer.close();
        Files.writeString(passphrase, "wrong horse battery");
        int logged = issuer.logged().length();
        assertThat(issuer.start().awaitExit()).isEqualTo(1);
        assertThat(issuer.logged().substring(logged))
                .contains("grapevine: the node cannot start: The passphrase does not open the key file")
                .doesNotContain("wrong horse")
                .doesNotContain("\tat ");
        assertThat(issuer.logged()).doesNotContain("correct horse");
    }

    @Test
    void anIssuerMovesToANewMachineAndAnEmptyDatabase() throws Exception {
        rotate();
        awaitVerified(publish(issuer, "before"));
        Path passphrase = Files.writeString(directory.resolve("passphrase"), "correct horse battery\n");
        Path carried = directory.resolve("carried.pem");
        grapevine(
                0,
                Map.of(),
                "export",
                carried.toString(),
                "--data-dir=" + issuer.dataDirectory(),
                "--passphrase-file=" + passphrase);
        String key = issuerKey(issuer).path("key").asString();
        issuer.close();
        NodeProcess machine = node("machine").ofIssuer("issuer").connectedTo(List.of(verifier));

        String imported = grapevine(
                0,
                Map.of(),
                "import",
                carried.toString(),
                "--data-dir=" + machine.dataDirectory(),
                "--passphrase-file=" + passphrase,
                "--url=" + verifier.uri());
        assertThat(imported)
                .contains("Issuer " + id + " signs here with " + key)
                .contains("is the key in force by the log");
        machine.start().awaitReady();

        await().atMost(PATIENCE).until(() -> issuerKey(machine).path("here").asBoolean(false));
        awaitVerified(publish(machine, "after"));
        assertThat(machine.api().attestation("before", "issuer")).isPresent();
    }

    @Test
    void theRecoveryKeyTakesBackWhatAThiefHasPublished() throws Exception {
        JsonNode good = publish(issuer, "good");
        long last = issuer.api()
                .attestation("good", "issuer")
                .orElseThrow()
                .path("sequence")
                .asLong();
        JsonNode bad = publish(issuer, "bad");
        awaitVerified(bad);
        Path safe = Files.move(file("recovery.key"), directory.resolve("recovery.key"));

        String asked =
                grapevine(1, Map.of(), "recover", "--recovery-key=" + safe, "--at=" + last, "--url=" + issuer.uri());
        assertThat(asked)
                .contains("after it, up to event " + (last + 1) + ", is of no effect then")
                .contains("say --yes");
        assertThat(issuer.api().verify(bad).json().path("verified").asBoolean()).isTrue();
        String done = grapevine(
                0, Map.of(), "recover", "--recovery-key=" + safe, "--at=" + last, "--yes", "--url=" + issuer.uri());

        assertThat(done).contains("Issuer " + id + " signs with did:key:z6Mk").contains("from event " + (last + 2));
        assertThat(issuer.api().verify(bad).json().path("verified").asBoolean()).isFalse();
        JsonNode after = publish(issuer, "after");
        awaitVerified(good);
        awaitVerified(after);
        await().atMost(PATIENCE)
                .until(() -> !verifier.api().verify(bad).json().path("verified").asBoolean());
        assertThat(verifier.api()
                        .get("/api/v1/issuers/" + id + "/keys")
                        .json()
                        .path("keys")
                        .get(1)
                        .path("by")
                        .asString())
                .isEqualTo("recovery");
    }

    @Test
    void anIssuerWhoseKeyIsLostGoesOnByTheRecoveryKey() throws Exception {
        JsonNode before = publish(issuer, "before");
        issuer.close();
        Files.delete(file("issuer.key"));
        int logged = issuer.logged().length();
        assertThat(issuer.start().awaitExit()).isEqualTo(1);
        assertThat(issuer.logged().substring(logged))
                .contains("GRAPEVINE_ISSUER_RECOVERING=true")
                .doesNotContain("\tat ");

        issuer.with("GRAPEVINE_ISSUER_RECOVERING", "true").start().awaitReady();
        NodeApi.Answer refused = issuer.api().publish(People.named("too-early", "Too Early"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.json().path("type").asString()).endsWith("/problems/issuer-key-missing");
        grapevine(0, Map.of(), "recover", "--recovery-key=" + file("recovery.key"), "--yes", "--url=" + issuer.uri());

        awaitVerified(publish(issuer, "after"));
        awaitVerified(before);
        issuer.close();
        issuer.with("GRAPEVINE_ISSUER_RECOVERING", "false").start().awaitReady();
        awaitVerified(publish(issuer, "at-last"));
    }

    @Test
    void aKeyThatIsNoLongerInForceIsNotImported() throws Exception {
        Path carried = directory.resolve("carried.key");
        grapevine(0, Map.of(), "export", carried.toString(), "--data-dir=" + issuer.dataDirectory(), "--plain");
        rotate();
        publish(issuer, "after");
        await().atMost(PATIENCE)
                .until(() -> verifier.api()
                                .get("/api/v1/issuers/" + id + "/keys")
                                .json()
                                .path("keys")
                                .size()
                        == 2);

        String refused = grapevine(
                1,
                Map.of(),
                "import",
                carried.toString(),
                "--data-dir=" + directory.resolve("elsewhere"),
                "--url=" + verifier.uri());

        assertThat(refused).contains("is not the one in force").contains("Nothing was imported");
        assertThat(directory.resolve("elsewhere")).doesNotExist();
    }
}

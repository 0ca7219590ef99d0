package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.storage.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node is taken into one file while it runs, and comes back from it. */
@Order(1)
class BackupIT {

    private static final String ISSUER = "Backed up";

    @TempDir
    private Path directory;

    private final String network = "it-" + UUID.randomUUID();
    private NodeProcess node;
    private Path file;

    @BeforeEach
    void publish() {
        file = directory.resolve("node.backup");
        node = node("node").start().awaitReady();
        List<String> statuses = node.api()
                .importRoster(People.roster("person", 200))
                .map(result -> result.path("status").asString())
                .distinct()
                .collectList()
                .block();
        assertThat(statuses).containsExactly("published");
        node.api().update("person1", People.named("person1", "Other Name"));
        node.api().revoke("person2");
        node.api().erase("person3");
    }

    private NodeProcess node(String name) {
        return new NodeProcess(name, directory, network).ofIssuer(ISSUER).withDatabase(TestPostgres.newDatabase());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void aNodeThatLostItsDatabaseComesBackWholeAndGoesOnWithItsLog() throws IOException {
        backUp();
        String before = node.api().digest();
        node.close();

        NodeProcess lost = node;
        node = node("again").withArguments("--restore=" + file);
        copyKeys(lost, node);
        node.start().awaitReady();

        assertThat(node.api().digest()).isEqualTo(before);
        assertThat(node.api()
                        .update("person1", People.named("person1", "Other Name"))
                        .json()
                        .path("profile")
                        .path("sequence")
                        .asLong())
                .as("the credential is there again, so the same content is no new version")
                .isEqualTo(201);
        assertThat(node.api().publish(People.named("later", "Later")).status()).isEqualTo(201);
        assertThat(node.api().lookUp("person3").status()).isEqualTo(404);
        assertThat(actions(node)).contains("profile.published", "profile.erased", "backup.made");
    }

    @Test
    void whatWasErasedSinceStaysErasedAndNothingElseChanges() throws IOException {
        backUp();
        node.api().erase("person4");
        String before = node.api().digest();

        NodeProcess.Outcome restored = node.command("restore", file.toString());

        assertThat(restored.output()).contains("restored 204 events (0 refused), 0 credentials");
        assertThat(restored.exitCode()).isZero();
        assertThat(node.api().digest()).isEqualTo(before);
        assertThat(node.api().lookUp("person4").status()).isEqualTo(404);
        assertThat(node.api().attestation("person5", ISSUER)).isPresent();
    }

    @Test
    void aFileThatIsCutOffOrChangedOrNoneIsRefusedWithAReason() throws IOException {
        backUp();
        byte[] whole = Files.readAllBytes(file);

        Files.write(file, Arrays.copyOf(whole, whole.length - 10));
        assertThat(restore()).contains("the backup ends too early");

        byte[] changed = whole.clone();
        changed[changed.length - 1] ^= 1;
        Files.write(file, changed);
        assertThat(restore()).contains("its digest is not that of its content");

        Files.writeString(file, "This is no backup.");
        assertThat(restore()).contains("cannot be read");
    }

    private void backUp() throws IOException {
        NodeProcess.Outcome backedUp = node.command("backup", file.toString());
        assertThat(backedUp.exitCode()).as(backedUp.output()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString())).noneMatch(name -> name.endsWith(".part"));
        }
    }

    private String restore() {
        NodeProcess.Outcome outcome = node.command("restore", file.toString());
        assertThat(outcome.exitCode()).isEqualTo(1);
        return outcome.output();
    }

    private static void copyKeys(NodeProcess from, NodeProcess to) throws IOException {
        Files.createDirectories(to.dataDirectory());
        List<Path> keys;
        try (var files = Files.list(from.dataDirectory())) {
            keys = files.filter(path -> path.getFileName().toString().matches("(issuer|recovery)\\..*"))
                    .toList();
        }
        for (Path key : keys) {
            Files.copy(key, to.dataDirectory().resolve(key.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static List<String> actions(NodeProcess node) {
        return node.api()
                .audit()
                .path("entries")
                .valueStream()
                .map(entry -> entry.path("action").asString())
                .distinct()
                .toList();
    }
}

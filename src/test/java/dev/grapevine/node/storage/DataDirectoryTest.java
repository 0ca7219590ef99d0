package dev.grapevine.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.start.StartProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    Path parent;

    @Test
    void isMadeForTheOwnerAlone() throws IOException {
        try (DataDirectory directory = DataDirectory.lock(parent.resolve("node"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void refusesASecondNodeAndNamesTheFirst() throws IOException {
        DataDirectory first = DataDirectory.lock(parent);

        assertThatThrownBy(() -> DataDirectory.lock(parent))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("in use by another node (process %d)"
                        .formatted(ProcessHandle.current().pid()));

        first.close();
        DataDirectory.lock(parent).close();
    }

    @Test
    void saysWhichDirectoryCannotBeUsed() throws IOException {
        Path file = Files.createFile(parent.resolve("file"));

        assertThatThrownBy(() -> DataDirectory.lock(file))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining(file.toString());
    }
}

package dev.grapevine.node.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesIT {

    private static final int NODES = 3;

    @TempDir
    Path parent;

    @Test
    void manyMayUnpackAtOnceAndLeaveOneWholeDirectory() throws Exception {
        Path cache = parent.resolve("cache");
        List<Future<Path>> unpacked;
        try (ExecutorService nodes = Executors.newVirtualThreadPerTaskExecutor()) {
            unpacked = nodes.invokeAll(IntStream.range(0, NODES)
                    .mapToObj(node -> (Callable<Path>) () -> PostgresBinaries.unpack(cache, parent.resolve("data")))
                    .toList());
        }

        assertThat(unpacked)
                .extracting(Future::resultNow)
                .containsOnly(unpacked.getFirst().resultNow());
        assertThat(list(cache)).containsExactly(unpacked.getFirst().resultNow());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
                .isEqualTo("rwx------");
        assertThat(unpacked.getFirst().resultNow().resolve("bin/postgres")).isExecutable();
    }

    @Test
    void theDataDirectoryServesWhereThereIsNoCache() throws IOException {
        Path notADirectory = Files.createFile(parent.resolve("file"));
        Path data = Files.createDirectory(parent.resolve("data"));

        assertThat(PostgresBinaries.unpack(notADirectory, data)).hasParent(data);
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}

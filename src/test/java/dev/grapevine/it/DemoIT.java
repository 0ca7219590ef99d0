package dev.grapevine.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.testapi.BuiltProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, as a newcomer runs it. */
class DemoIT {

    private static final int TIMEOUT_SECONDS = 180;

    @TempDir
    private Path directory;

    @Test
    void missesNobodyAndLeavesNothing() throws Exception {
        Path output = directory.resolve("output");
        Process demo = start(output, "demo", "--people=60", "--exit");

        assertThat(demo.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as(Files.readString(output)).isZero();
        assertThat(Files.readString(output)).containsPattern("lookups +180").containsPattern("misses +0");
        assertNothingIsLeft();
    }

    @Test
    void leavesNothingWhenItIsStoppedWhileItStarts() throws Exception {
        Path output = directory.resolve("output");
        Process demo = start(output, "demo");
        // Its nodes are there, and about to start their databases.
        org.awaitility.Awaitility.await().until(() -> demo.children().count() == 3);
        List<ProcessHandle> nodes = demo.children().toList();

        demo.destroy();

        assertThat(demo.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        assertNothingIsLeft();
    }

    private Process start(Path output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(BuiltProgram.command());
        command.add(1, "-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** No file, and no process that was started with a path of the demo's directory. */
    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("tmp"))) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("grapevine-demo-")))
                    .isEmpty();
        }
        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(directory.toString())))
                .isEmpty();
    }
}

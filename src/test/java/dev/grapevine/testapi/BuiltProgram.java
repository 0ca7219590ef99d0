package dev.grapevine.testapi;

import dev.grapevine.cli.GrapevineCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How tests start the program in processes of its own: the jar of this build, unpacked and with a start cache, as {@code ./grapevine}
 * does it, which halves the time of a start. Where classes are newer than the jar, as in an IDE, from the class path instead.
 */
public final class BuiltProgram {

    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path JAR = TARGET.resolve("grapevine.jar");
    private static final Path UNPACKED = TARGET.resolve("it-app");
    private static final Path PROGRAM = UNPACKED.resolve("grapevine.jar");
    private static final Path CACHE = UNPACKED.resolve("start.aot");

    private static final String CACHE_OPTION = "-XX:AOTCache=";

    private static final int TIMEOUT_SECONDS = 180;

    private static final List<String> COMMAND = prepare();

    private BuiltProgram() {}

    /** The words before those of the command line, such as {@code node}. */
    public static List<String> command() {
        return COMMAND;
    }

    /** The same for a command that runs no node, which begins sooner without the cache. */
    public static List<String> clientCommand() {
        return COMMAND.stream().filter(word -> !word.startsWith(CACHE_OPTION)).toList();
    }

    private static List<String> jvm() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED");
    }

    private static List<String> prepare() {
        List<String> command = new ArrayList<>(jvm());
        try {
            if (isOfThisBuild(JAR)) {
                unpack();
                if (Files.exists(CACHE)) {
                    command.add(CACHE_OPTION + CACHE);
                }
                command.addAll(List.of("-jar", PROGRAM.toString()));
            } else {
                command.addAll(List.of("-cp", System.getProperty("java.class.path"), GrapevineCommand.class.getName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(command);
    }

    private static boolean isOfThisBuild(Path jar) throws IOException {
        if (!Files.exists(jar)) {
            return false;
        }
        FileTime built = Files.getLastModifiedTime(jar);
        try (Stream<Path> classes = Files.walk(TARGET.resolve("classes"))) {
            return classes.filter(Files::isRegularFile)
                    .allMatch(file -> file.toFile().lastModified() <= built.toMillis());
        }
    }

    /** Several builds may run tests; the first unpacks. */
    private static void unpack() throws IOException {
        Path lockFile = TARGET.resolve("it-app.lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock lock = channel.lock();
            boolean unpacked = Files.exists(PROGRAM)
                    && Files.getLastModifiedTime(UNPACKED).compareTo(Files.getLastModifiedTime(JAR)) >= 0;
            if (!unpacked) {
                run(List.of(
                        "-Djarmode=tools",
                        "-jar",
                        JAR.toString(),
                        "extract",
                        "--force",
                        "--destination",
                        UNPACKED.toString()));
                unsign();
                train();
            }
            lock.release();
        }
    }

    private static void unsign() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                "bash",
                "-c",
                ". ./grapevine && unsign \"$1\"",
                "bash",
                UNPACKED.resolve("lib").toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        run(builder);
    }

    /** Without the cache everything works as well, only slower. */
    private static void train() throws IOException {
        Path data = Files.createTempDirectory(TARGET, "it-train");
        run(List.of(
                "-XX:AOTCacheOutput=" + CACHE,
                "-jar",
                PROGRAM.toString(),
                "node",
                "--data-dir=" + data.resolve("data"),
                "--http-port=0",
                "--management-port=0",
                "--p2p-port=0",
                "--stop-when-up"));
        Files.setLastModifiedTime(UNPACKED, FileTime.fromMillis(System.currentTimeMillis()));
    }

    private static void run(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(jvm());
        command.addAll(arguments);
        run(new ProcessBuilder(command));
    }

    private static void run(ProcessBuilder builder) throws IOException {
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(TARGET.resolve("it-app.log").toFile())
                .start();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("see " + TARGET.resolve("it-app.log"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}

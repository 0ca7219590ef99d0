package dev.grapevine.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A libp2p peer in a process of its own that reads commands and prints answers, a line each. It ends with its input. */
final class PeerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ENDED = "(ended)";

    private final Process process;
    private final BufferedWriter commands;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final String address;

    /**
     * Starts a peer and waits until it listens.
     *
     * @param command prints {@code listening} and its address, {@code /p2p} included, first of all
     */
    PeerProcess(List<String> command, Path directory) throws IOException, InterruptedException {
        process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        commands = process.outputWriter(UTF_8);
        Thread.ofVirtual().start(this::read);
        address = await("listening");
    }

    /** A class with a {@code main} of this program, with the options of the JVM that {@code ./grapevine node} has. */
    static List<String> java(Class<?> main, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms32m",
                "-Xmx256m",
                "-Xlog:disable", // its lines would stand among the answers
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }

    private void read() {
        try (BufferedReader output = process.inputReader(UTF_8)) {
            output.lines().forEach(lines::add);
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
        }
        lines.add(ENDED);
    }

    void send(String command) throws IOException {
        commands.write(command);
        commands.newLine();
        commands.flush();
    }

    /** Waits for the next line, which must begin with this word. @return the rest of it */
    String await(String word) throws IOException, InterruptedException {
        String line = lines.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (line == null || !line.startsWith(word)) {
            throw new IOException("a peer was to print \"" + word + "\", but printed " + line);
        }
        return line.substring(word.length()).strip();
    }

    String ask(String command, String answer) throws IOException, InterruptedException {
        send(command);
        return await(answer);
    }

    String address() {
        return address;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        try {
            commands.close();
            if (process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}

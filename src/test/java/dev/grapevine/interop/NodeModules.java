package dev.grapevine.interop;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Node and the packages that {@code interop/package-lock.json} pins, installed by {@code npm ci} once and again whenever
 * the lock file changes. Where they cannot be had the test is aborted, and says why; {@code -Dinterop.required=true}
 * makes that a failure.
 */
final class NodeModules {

    static final Path DIRECTORY = Path.of("interop").toAbsolutePath();

    private static final int MIN_NODE_MAJOR = 22;
    private static final long INSTALL_SECONDS = 300;
    private static final long VERSION_SECONDS = 20;

    private NodeModules() {}

    /** What to run scripts with, all packages in place. */
    static synchronized String node() {
        try {
            if (!isInstalled()) {
                run(INSTALL_SECONDS, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
                Files.copy(lock(), installedLock());
            }
            Path fromNpm = DIRECTORY.resolve("node_modules/.bin/node");
            String node = Files.isExecutable(fromNpm) ? fromNpm.toString() : "node";
            String version = run(VERSION_SECONDS, node, "--version").strip();
            if (Integer.parseInt(version.substring(1, version.indexOf('.'))) < MIN_NODE_MAJOR) {
                throw new IOException("Node is " + version + ", and js-libp2p needs " + MIN_NODE_MAJOR);
            }
            return node;
        } catch (IOException e) {
            return unavailable(e);
        }
    }

    private static String unavailable(IOException why) {
        String reason = "INTEROPERABILITY IS NOT TESTED: no Node with js-libp2p. " + why.getMessage();
        if (Boolean.getBoolean("interop.required")) {
            throw new AssertionError(reason, why);
        }
        System.err.println("\n" + reason + "\n");
        return abort(reason);
    }

    private static boolean isInstalled() throws IOException {
        return Files.exists(installedLock()) && Files.mismatch(lock(), installedLock()) < 0;
    }

    private static Path lock() {
        return DIRECTORY.resolve("package-lock.json");
    }

    /** npm ci removes it with everything else, so it is there only after an installation that went through. */
    private static Path installedLock() {
        return DIRECTORY.resolve("node_modules/.installed-package-lock.json");
    }

    private static String run(long seconds, String... command) throws IOException {
        Path output = Files.createTempFile("grapevine-interop", ".log");
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .directory(DIRECTORY.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + " took more than " + seconds + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + Files.readString(output));
            }
            return Files.readString(output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(output);
        }
    }
}

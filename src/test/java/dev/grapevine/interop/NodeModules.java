package dev.grapevine.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/**
 * Node and the packages that a directory's {@code package-lock.json} pins, installed by {@code npm ci} once and again
 * whenever the lock file changes. Where they cannot be had the test is aborted, and says why;
 * {@code -Dinterop.required=true} makes that a failure.
 */
public final class NodeModules {

    private static final int MIN_NODE_MAJOR = 22;
    private static final long INSTALL_SECONDS = 300;
    private static final long VERSION_SECONDS = 20;

    private final Path directory;

    private NodeModules(Path directory) {
        this.directory = directory;
    }

    public static NodeModules of(String directory) {
        return new NodeModules(Path.of(directory).toAbsolutePath());
    }

    /** Where the packages are. */
    Path directory() {
        return directory;
    }

    /** What to run scripts with, all packages in place; aborts the test where that cannot be had. */
    String node() {
        try {
            return installedNode();
        } catch (IOException e) {
            throw unavailable(e.getMessage());
        }
    }

    /** The same. @throws IOException that says why it cannot be had */
    public String installedNode() throws IOException {
        try {
            install();
            Path fromNpm = directory.resolve("node_modules/.bin/node");
            String node = Files.isExecutable(fromNpm) ? fromNpm.toString() : "node";
            String version = run(VERSION_SECONDS, node, "--version").strip();
            if (Integer.parseInt(version.substring(1, version.indexOf('.'))) < MIN_NODE_MAJOR) {
                throw new IOException("Node is " + version + ", and " + MIN_NODE_MAJOR + " is needed");
            }
            return node;
        } catch (IOException e) {
            throw new IOException("no Node with the packages of " + directory.getFileName() + ". " + e.getMessage(), e);
        }
    }

    /** Tests run side by side, and one installs for all. */
    private void install() throws IOException {
        synchronized (NodeModules.class) {
            if (!isInstalled()) {
                run(INSTALL_SECONDS, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
                Files.copy(lock(), installedLock());
            }
        }
    }

    /** What aborts the test; fails it where the build insists on it. */
    static TestAbortedException unavailable(String why) {
        String reason = "NOT TESTED: " + why;
        if (Boolean.getBoolean("interop.required")) {
            throw new AssertionError(reason);
        }
        System.err.println("\n" + reason + "\n");
        return new TestAbortedException(reason);
    }

    private boolean isInstalled() throws IOException {
        return Files.exists(installedLock()) && Files.mismatch(lock(), installedLock()) < 0;
    }

    private Path lock() {
        return directory.resolve("package-lock.json");
    }

    /** npm ci removes it with everything else, so it is there only after an installation that went through. */
    private Path installedLock() {
        return directory.resolve("node_modules/.installed-package-lock.json");
    }

    private String run(long seconds, String... command) throws IOException {
        Command.Result result = Command.in(directory).run(seconds, command);
        if (result.exitCode() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + result.output());
        }
        return result.output();
    }
}

package dev.grapevine.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Node and the packages that a directory's {@code package-lock.json} pins, installed by {@code npm ci} once and again
 * whenever the lock file changes.
 *
 * @param directory where {@code package.json} is
 */
public record NpmPackages(Path directory) {

    private static final int MIN_NODE_MAJOR = 22;
    private static final long INSTALL_SECONDS = 300;
    private static final long VERSION_SECONDS = 20;

    /**
     * What to run scripts with, all packages in place.
     *
     * @throws IOException that says why it cannot be had
     */
    public String node() throws IOException {
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
        synchronized (NpmPackages.class) {
            if (!isInstalled()) {
                run(INSTALL_SECONDS, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
                Files.copy(lock(), installedLock());
            }
        }
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

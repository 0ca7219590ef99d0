package dev.grapevine.interop;

import java.io.IOException;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/**
 * {@link NpmPackages} for a test. Where they cannot be had the test is aborted, and says why;
 * {@code -Dinterop.required=true} makes that a failure.
 */
final class NodeModules {

    private final NpmPackages packages;

    private NodeModules(NpmPackages packages) {
        this.packages = packages;
    }

    static NodeModules of(String directory) {
        return new NodeModules(new NpmPackages(Path.of(directory).toAbsolutePath()));
    }

    /** Where the packages are. */
    Path directory() {
        return packages.directory();
    }

    /** What to run scripts with, all packages in place; aborts the test where that cannot be had. */
    String node() {
        try {
            return packages.node();
        } catch (IOException e) {
            throw unavailable(e.getMessage());
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
}

package dev.grapevine.it;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/**
 * A file system of a few pages or megabytes, in memory, that one process and its children alone see: a mount namespace of their
 * own. It is gone when they are.
 */
final class SmallDisk {

    private static final int CHUNK_BYTES = 64 * 1024;
    private static final String BALLAST = "ballast";
    private static final List<String> AS_ROOT = List.of("unshare", "--mount");
    private static final List<String> AS_USER = List.of("unshare", "--user", "--map-root-user", "--mount");

    private final Path mountPoint;
    private final String size;

    /**
     * @param mountPoint a directory, where only that process finds the file system
     * @param size as mount(8) has it, such as {@code 200m}
     */
    SmallDisk(Path mountPoint, String size) {
        this.mountPoint = mountPoint;
        this.size = size;
    }

    /** The command that runs another one with the disk in place; aborts the test where the machine allows no mount. */
    List<String> around(List<String> command, Path listing) {
        List<String> all = new ArrayList<>(unshare());
        all.addAll(List.of(
                "sh",
                "-c",
                "mount -t tmpfs -o mode=0700,size=$1 tmpfs \"$2\" || exit 99; listing=$3; disk=$2; shift 3;"
                        + " exec 3<&0; \"$@\" <&3 & pid=$!; trap 'kill $pid' TERM; wait $pid; code=$?; wait $pid 2>/dev/null;"
                        + " ls -lA \"$disk\" > \"$listing\"; exit $code",
                "sh",
                size,
                mountPoint.toString(),
                listing.toString()));
        all.addAll(command);
        return all;
    }

    private List<String> unshare() {
        for (List<String> way : List.of(AS_ROOT, AS_USER)) {
            List<String> trial = new ArrayList<>(way);
            trial.addAll(List.of("mount", "-t", "tmpfs", "tmpfs", mountPoint.toString()));
            try {
                if (new ProcessBuilder(trial).redirectErrorStream(true).start().waitFor() == 0) {
                    return way;
                }
            } catch (IOException e) {
                // no unshare here
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        String reason = "NOT TESTED: this machine lets nobody mount a small disk (unshare --mount, or --user --mount)";
        if (Boolean.getBoolean("interop.required")) {
            throw new AssertionError(reason);
        }
        System.err.println("\n" + reason + "\n");
        throw new TestAbortedException(reason);
    }

    /** A path on the disk of a process, as others see it. */
    Path seenFromOutside(long process, Path path) {
        return Path.of("/proc/" + process + "/root" + path);
    }

    /** Leaves no byte free. */
    void fill(long process) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (OutputStream out = Files.newOutputStream(ballast(process))) {
            while (true) {
                out.write(chunk);
            }
        } catch (IOException full) {
            // that was the aim
        }
    }

    void free(long process) {
        try {
            Files.delete(ballast(process));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path ballast(long process) {
        return seenFromOutside(process, mountPoint.resolve(BALLAST));
    }
}

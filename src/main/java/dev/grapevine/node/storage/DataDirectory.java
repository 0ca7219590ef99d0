package dev.grapevine.node.storage;

import dev.grapevine.node.start.StartProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The node's data directory, locked for this process: keys and embedded database bear one node at a time. */
final class DataDirectory implements AutoCloseable {

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Makes the directory (mode 0700) if it is missing and locks it. The lock ends with the process, however that ends.
     *
     * @throws StartProblem if another process holds it, naming that process, or if it cannot be written
     */
    static DataDirectory lock(Path directory) {
        Path path = directory.toAbsolutePath().normalize();
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel lockFile = FileChannel.open(
                    path.resolve("node.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            if (tryLock(lockFile) == null) {
                String holder = StandardCharsets.US_ASCII.decode(read(lockFile)).toString();
                lockFile.close();
                throw new StartProblem(
                        "The data directory %s is in use by another node (process %s).".formatted(path, holder),
                        "Stop that node, or give this one a directory of its own with GRAPEVINE_DATA_DIR.");
            }
            lockFile.truncate(0);
            lockFile.write(StandardCharsets.US_ASCII.encode(
                    Long.toString(ProcessHandle.current().pid())));
            return new DataDirectory(path, lockFile);
        } catch (IOException e) {
            throw new StartProblem(
                    "The data directory " + path + " cannot be used: " + e + ".",
                    "Make it writable for this user, with room on its disk, or name another one with GRAPEVINE_DATA_DIR.",
                    e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very process
        }
    }

    private static ByteBuffer read(FileChannel lockFile) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(Long.toString(Long.MAX_VALUE).length());
        lockFile.read(pid, 0);
        return pid.flip();
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }
}

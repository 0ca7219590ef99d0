package dev.grapevine.node.identity;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.Multibase;
import dev.grapevine.node.start.StartProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * A file that holds one key: one line, the base58 multibase of the key's libp2p protobuf form (specification peer-ids).
 * It appears whole or not at all, and never replaces one that is there.
 */
final class KeyFile {

    /** Far more than one key and a line end; a longer file is something else. */
    static final int MAX_FILE_BYTES = 1024;

    private static final Set<PosixFilePermission> OWNER_READ_WRITE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_ALL = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> READABLE_BY_ALL = PosixFilePermissions.fromString("rw-r--r--");

    private final Path path;
    private final boolean secret;

    private KeyFile(Path path, boolean secret) {
        this.path = path.toAbsolutePath().normalize();
        this.secret = secret;
    }

    /** A private key's file: readable by its owner alone, or refused. */
    static KeyFile secret(Path path) {
        return new KeyFile(path, true);
    }

    /** A public key's file. */
    static KeyFile open(Path path) {
        return new KeyFile(path, false);
    }

    Path path() {
        return path;
    }

    boolean exists() {
        return Files.exists(path);
    }

    /** The key's protobuf form, checked as far as permissions and multibase go. */
    byte[] read() {
        try (InputStream in = Files.newInputStream(path)) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            if (secret && !OWNER_ALL.containsAll(permissions)) {
                throw new StartProblem(
                        "Others may read or change the private key in " + path + " ("
                                + PosixFilePermissions.toString(permissions) + ").",
                        "Run: chmod 600 " + path);
            }
            byte[] content = in.readNBytes(MAX_FILE_BYTES + 1);
            if (content.length > MAX_FILE_BYTES) {
                throw bad("it has more than " + MAX_FILE_BYTES + " bytes");
            }
            return Multibase.decode(new String(content, StandardCharsets.ISO_8859_1).strip());
        } catch (MalformedException e) {
            throw bad(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new StartProblem(
                    "The key file " + path + " cannot be read: " + e, "Let the user who runs the node own it.", e);
        }
    }

    /** Says that the file holds something else than it should, without showing any of it. */
    StartProblem bad(String reason) {
        return new StartProblem(
                "The key file " + path + " holds no usable key: " + reason + ".",
                "Put it back from a backup. If there is none, move the file away, and the node starts with a new key"
                        + " and under a new name.");
    }

    /**
     * Makes the file, on disk for good when this returns.
     *
     * @return false where the file is there already; it stays as it is
     */
    boolean create(byte[] protobuf) {
        try {
            Path directory = path.resolveSibling(".").normalize();
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ALL));
            Path temporary = Files.createTempFile(
                    directory,
                    path.getFileName() + ".",
                    ".tmp",
                    PosixFilePermissions.asFileAttribute(OWNER_READ_WRITE));
            try {
                write(temporary, Multibase.BASE58BTC.encode(protobuf) + "\n");
                // Unlike a rename, a link fails where another instance was faster.
                Files.createLink(path, temporary);
            } finally {
                Files.deleteIfExists(temporary);
            }
            try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
                entry.force(true);
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new StartProblem(
                    "The key file " + path + " cannot be written: " + e,
                    "Let the user who runs the node write to " + path.getParent() + ", and see that its disk has room.",
                    e);
        }
    }

    private void write(Path temporary, String line) throws IOException {
        try (FileChannel out = FileChannel.open(temporary, EnumSet.of(StandardOpenOption.WRITE))) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(line);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            if (!secret) {
                Files.setPosixFilePermissions(temporary, READABLE_BY_ALL);
            }
            out.force(true);
        }
    }
}

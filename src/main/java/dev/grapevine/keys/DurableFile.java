package dev.grapevine.keys;

import dev.grapevine.keys.Pkcs8.WrongPassphraseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;

/** A small file of text that appears whole or not at all, and is on disk for good when a method that writes it returns. */
final class DurableFile {

    /** Far more than one key takes, encrypted or not; a longer file is something else. */
    static final int MAX_FILE_BYTES = 1024;

    private static final Set<PosixFilePermission> OWNER_READ_WRITE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_ALL = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> READABLE_BY_ALL = PosixFilePermissions.fromString("rw-r--r--");

    private final Path path;
    private final boolean secret;

    private DurableFile(Path path, boolean secret) {
        this.path = path.toAbsolutePath().normalize();
        this.secret = secret;
    }

    /** Readable by its owner alone, or refused. */
    static DurableFile secret(Path path) {
        return new DurableFile(path, true);
    }

    /** For everybody to read. */
    static DurableFile open(Path path) {
        return new DurableFile(path, false);
    }

    Path path() {
        return path;
    }

    boolean exists() {
        return Files.exists(path);
    }

    /** @throws KeyProblem where it cannot be read, is too long, or is a secret that others may read */
    String read() {
        try (InputStream in = Files.newInputStream(path)) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            if (secret && !OWNER_ALL.containsAll(permissions)) {
                throw new KeyProblem(
                        "Others may read or change the private key in " + path + " ("
                                + PosixFilePermissions.toString(permissions) + ").",
                        "Run: chmod 600 " + path);
            }
            byte[] content = in.readNBytes(MAX_FILE_BYTES + 1);
            if (content.length > MAX_FILE_BYTES) {
                throw bad("it has more than " + MAX_FILE_BYTES + " bytes");
            }
            return new String(content, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new KeyProblem(
                    "The key file " + path + " cannot be read: " + e, "Let the user who runs the node own it.", e);
        }
    }

    /** Says that the file holds something else than it should, without showing any of it. */
    KeyProblem bad(String reason) {
        return new KeyProblem(
                "The key file " + path + " holds no usable key: " + reason + ".",
                "Put it back from a backup. If there is none, move the file away, and the node starts with a new key"
                        + " and under a new name.");
    }

    /**
     * The private key in PEM that was read from this file.
     *
     * @throws KeyProblem where it is encrypted, and the passphrase is missing or another
     * @throws dev.grapevine.libp2p.multiformats.MalformedException where the text is no private key
     */
    PrivateKeyInfo pkcs8(String text, Optional<Passphrase> passphrase) {
        try {
            return Pkcs8.read(
                    text,
                    () -> passphrase.orElseThrow(
                            () -> new KeyProblem(
                                    "The key file " + path + " is encrypted, and there is no passphrase.",
                                    "Set GRAPEVINE_KEY_PASSPHRASE_FILE to a file that holds it, or GRAPEVINE_KEY_PASSPHRASE.")));
        } catch (WrongPassphraseException e) {
            throw new KeyProblem(
                    "The passphrase does not open the key file " + path + ".",
                    "Give the one that it was encrypted with in GRAPEVINE_KEY_PASSPHRASE or GRAPEVINE_KEY_PASSPHRASE_FILE.");
        }
    }

    /**
     * Makes the file.
     *
     * @return false where it is there already; it stays as it is
     */
    boolean create(String text) {
        try {
            Path temporary = write(text);
            try {
                // Unlike a rename, a link fails where another instance was faster.
                Files.createLink(path, temporary);
            } finally {
                Files.deleteIfExists(temporary);
            }
            forceDirectory();
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Puts a new text in the place of the old one, or makes the file. The old text is overwritten on disk, where that helps. */
    void replace(String text) {
        try {
            Path temporary = write(text);
            try (FileChannel old = Files.exists(path) && !isLinkedElsewhere() ? open() : null) {
                Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
                forceDirectory();
                if (old != null) {
                    old.write(ByteBuffer.allocate(Math.toIntExact(Math.min(old.size(), MAX_FILE_BYTES))), 0);
                    old.force(true);
                }
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Somebody's backup, perhaps, which is none of our business. */
    private boolean isLinkedElsewhere() throws IOException {
        return Files.getAttribute(path, "unix:nlink") instanceof Integer links && links > 1;
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(path, StandardOpenOption.WRITE);
    }

    /**
     * Moves the file to where another one stands, which is then gone.
     *
     * @return false where this file is not there: somebody else has moved it
     */
    boolean moveOver(DurableFile other) {
        try {
            Files.move(path, other.path, StandardCopyOption.ATOMIC_MOVE);
            other.forceDirectory();
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Takes the file away, if it is there. */
    void delete() {
        try {
            Files.deleteIfExists(path);
            forceDirectory();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** A temporary file with the text, on disk for good; where that fails, for want of room or else, no half of it stays. */
    private Path write(String text) throws IOException {
        Path directory = directory();
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ALL));
        Path temporary = Files.createTempFile(
                directory, path.getFileName() + ".", ".tmp", PosixFilePermissions.asFileAttribute(OWNER_READ_WRITE));
        try (FileChannel out = FileChannel.open(temporary, EnumSet.of(StandardOpenOption.WRITE))) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            if (!secret) {
                Files.setPosixFilePermissions(temporary, READABLE_BY_ALL);
            }
            out.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        return temporary;
    }

    private Path directory() {
        return path.resolveSibling(".").normalize();
    }

    private void forceDirectory() throws IOException {
        try (FileChannel entry = FileChannel.open(directory(), StandardOpenOption.READ)) {
            entry.force(true);
        }
    }

    private KeyProblem unwritable(IOException cause) {
        return new KeyProblem(
                "The key file " + path + " cannot be written: " + cause,
                "Let the user who runs the node write to " + path.getParent() + ", and see that its disk has room.",
                cause);
    }
}

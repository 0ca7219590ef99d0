package dev.grapevine.keys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What key files are encrypted with. Its text form shows nothing of it. */
public final class Passphrase {

    /** The shortest, in characters: beneath it, PBKDF2 holds up nobody. */
    public static final int MIN_CHARS = 8;

    /** The longest, in characters. */
    public static final int MAX_CHARS = 1024;

    /** UTF-8 has at most 4 bytes a character; a line end besides. */
    private static final int MAX_FILE_BYTES = 4 * MAX_CHARS + 2;

    private final char[] chars;

    private Passphrase(char[] chars) {
        this.chars = chars;
    }

    /** @throws KeyProblem where it is shorter than {@link #MIN_CHARS} or longer than {@link #MAX_CHARS} */
    public static Passphrase of(char[] chars) {
        if (chars.length < MIN_CHARS || chars.length > MAX_CHARS) {
            throw new KeyProblem(
                    "The passphrase for the keys has " + chars.length + " characters.",
                    "It needs " + MIN_CHARS + " to " + MAX_CHARS + ".");
        }
        return new Passphrase(chars.clone());
    }

    /**
     * The first line of a file, in UTF-8.
     *
     * @throws KeyProblem where the file cannot be read, or holds none
     */
    public static Passphrase read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_FILE_BYTES + 1);
        } catch (IOException e) {
            throw new KeyProblem(
                    "The passphrase file " + file + " cannot be read: " + e,
                    "Let the user who runs this own it, with mode 600.",
                    e);
        }
        if (bytes.length > MAX_FILE_BYTES) {
            throw new KeyProblem("The passphrase file " + file + " is too long.", "It holds one line, the passphrase.");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end);
        return of((line.endsWith("\r") ? line.substring(0, line.length() - 1) : line).toCharArray());
    }

    /** A copy, for whoever needs to derive a key from it and wipes it. */
    char[] chars() {
        return chars.clone();
    }

    @Override
    public String toString() {
        return "Passphrase";
    }
}

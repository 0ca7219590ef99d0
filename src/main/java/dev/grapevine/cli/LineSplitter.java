package dev.grapevine.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Puts the lines of a stream together again, whatever pieces the network made of it. Not safe for several threads. */
final class LineSplitter {

    /** A longer line is no answer of a node. */
    static final int MAX_LINE_BYTES = 1 << 20;

    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private final Consumer<String> lines;

    /** @param lines takes each complete line that is not empty, without its end */
    LineSplitter(Consumer<String> lines) {
        this.lines = lines;
    }

    /**
     * Takes the next piece.
     *
     * @throws IOException when a line is longer than {@value #MAX_LINE_BYTES} bytes
     */
    void accept(byte[] piece) throws IOException {
        int start = 0;
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] == '\n') {
                unfinished.write(piece, start, i - start);
                end();
                start = i + 1;
            }
        }
        unfinished.write(piece, start, piece.length - start);
        if (unfinished.size() > MAX_LINE_BYTES) {
            throw new IOException("the node answered a line of more than " + MAX_LINE_BYTES + " bytes");
        }
    }

    /** Tells that nothing more comes: what is left over is the last line. */
    void end() {
        String line = unfinished.toString(StandardCharsets.UTF_8).strip();
        unfinished.reset();
        if (!line.isEmpty()) {
            lines.accept(line);
        }
    }
}

package dev.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineSplitterTest {

    private final List<String> lines = new ArrayList<>();
    private final LineSplitter splitter = new LineSplitter(lines::add);

    @Test
    void putsLinesTogetherWhateverThePieces() throws IOException {
        for (byte b : "erste\nzwölfte\r\n\nletzte".getBytes(StandardCharsets.UTF_8)) {
            splitter.accept(new byte[] {b});
        }
        splitter.end();

        assertThat(lines).containsExactly("erste", "zwölfte", "letzte");
    }

    @Test
    void takesSeveralLinesInOnePiece() throws IOException {
        splitter.accept("a\nb\nc".getBytes(StandardCharsets.UTF_8));

        assertThat(lines).containsExactly("a", "b");
    }

    @Test
    void refusesALineThatIsTooLong() throws IOException {
        splitter.accept(new byte[LineSplitter.MAX_LINE_BYTES]);

        assertThatThrownBy(() -> splitter.accept(new byte[1])).isInstanceOf(IOException.class);
    }
}

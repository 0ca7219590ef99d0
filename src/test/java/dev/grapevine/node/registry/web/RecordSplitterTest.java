package dev.grapevine.node.registry.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.registry.web.RecordSplitter.Piece;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordSplitterTest {

    @Test
    void itDoesNotMatterWhereTheStreamIsCut() {
        String csv = "a,b\r\n\"one\ntwo\",\"say \"\"x\"\"\"\n\nlast,line";
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            RecordSplitter splitter = new RecordSplitter(true);
            List<Piece> pieces = new ArrayList<>();
            int at = 0;
            while (at < csv.length()) {
                int to = Math.min(csv.length(), at + 1 + random.nextInt(6));
                pieces.addAll(splitter.accept(csv.substring(at, to).getBytes(StandardCharsets.UTF_8)));
                at = to;
            }
            pieces.addAll(splitter.end());
            assertThat(pieces.stream().map(RecordSplitterTest::text))
                    .containsExactly("1 a,b", "2 \"one\ntwo\",\"say \"\"x\"\"\"", "5 last,line");
        }
    }

    @Test
    void aByteOrderMarkBeforeTheFirstLineIsPassedOver() {
        RecordSplitter splitter = new RecordSplitter(false);
        List<Piece> pieces = splitter.accept("\uFEFFone\n\uFEFFtwo\n".getBytes(StandardCharsets.UTF_8));
        assertThat(pieces.stream().map(RecordSplitterTest::text)).containsExactly("1 one", "2 \uFEFFtwo");
        assertThat(new RecordSplitter(false).accept("\uFEFF\n".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void aRecordBeyondTheLimitIsCutAndTheNextIsWhole() {
        RecordSplitter splitter = new RecordSplitter(false);
        String atLimit = "x".repeat(RecordSplitter.MAX_RECORD_BYTES);
        List<Piece> pieces = splitter.accept((atLimit + "\n" + atLimit + "x\nnext\n").getBytes(StandardCharsets.UTF_8));
        assertThat(pieces).extracting(Piece::tooLong).containsExactly(false, true, false);
        assertThat(text(pieces.get(2))).isEqualTo("3 next");
        assertThat(splitter.end()).isEmpty();
    }

    private static String text(Piece piece) {
        return piece.number() + " " + new String(piece.bytes(), StandardCharsets.UTF_8);
    }
}

package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.swarm.Negotiation.Step;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NegotiationTest {

    private final Negotiation initiator = new Negotiation.Initiator(List.of("/a/2", "/a/1"));
    private final Negotiation responder = new Negotiation.Responder(new TreeSet<>(Set.of("/a/1", "/b/1")));

    @Test
    void encodesNotAvailableAsTheSpecificationDoes() {
        assertThat(HexFormat.of().formatHex(Negotiation.encode("na"))).isEqualTo("036e610a");
        assertThat(HexFormat.of().formatHex(Negotiation.encode("ls"))).isEqualTo("036c730a");
    }

    @Test
    void proposesTheNextProtocolUntilTheResponderKnowsOne() {
        assertThat(sent(initiator.start())).containsExactly("/multistream/1.0.0\n", "/a/2\n");
        assertThat(sent(responder.message(line("/multistream/1.0.0")))).containsExactly("/multistream/1.0.0\n");
        assertThat(sent(responder.message(line("/a/2")))).containsExactly("na\n");
        assertThat(initiator.message(line("/multistream/1.0.0"))).isEmpty();
        assertThat(sent(initiator.message(line("na")))).containsExactly("/a/1\n");
        List<Step> agreed = responder.message(line("/a/1"));
        assertThat(sent(agreed)).containsExactly("/a/1\n");
        assertThat(agreed).last().isEqualTo(new Step.Agreed("/a/1"));
        assertThat(initiator.message(line("/a/1"))).containsExactly(new Step.Agreed("/a/1"));
    }

    @Test
    void givesUpWhereTheResponderKnowsNone() {
        initiator.message(line("/multistream/1.0.0"));
        initiator.message(line("na"));

        assertThat(initiator.message(line("na"))).singleElement().isInstanceOf(Step.Unsupported.class);
    }

    @Test
    void refusesAPeerThatStartsWithAnotherHeader() {
        assertThat(initiator.message(line("/multistream/2.0.0")))
                .singleElement()
                .isInstanceOf(Step.Failed.class);
        assertThat(responder.message("HTTP/1.1\r\n".getBytes(StandardCharsets.UTF_8)))
                .singleElement()
                .isInstanceOf(Step.Failed.class);
    }

    @Test
    void refusesAnAnswerThatWasNotProposed() {
        initiator.message(line("/multistream/1.0.0"));

        assertThat(initiator.message(line("/a/1"))).singleElement().isInstanceOf(Step.Failed.class);
    }

    @Test
    void refusesAProposalThatIsNotALineOfText() {
        for (byte[] bad : List.of(new byte[0], new byte[] {'/', 'a'}, new byte[] {(byte) 0xff, '\n'})) {
            Negotiation fresh = new Negotiation.Responder(Set.of("/a/1"));
            fresh.message(line("/multistream/1.0.0"));
            assertThat(fresh.message(bad)).singleElement().isInstanceOf(Step.Failed.class);
        }
    }

    @Test
    void givesUpOnAPeerThatProposesForEver() {
        responder.message(line("/multistream/1.0.0"));
        for (int i = 0; i < Negotiation.MAX_PROPOSALS; i++) {
            assertThat(sent(responder.message(line("/no/" + i)))).containsExactly("na\n");
        }

        assertThat(responder.message(line("/a/1"))).singleElement().isInstanceOf(Step.Failed.class);
    }

    @Test
    void listsItsProtocolsAsMessagesInAMessage() {
        responder.message(line("/multistream/1.0.0"));

        List<Step> steps = responder.message(line("ls"));

        assertThat(steps)
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Send.class,
                        send -> assertThat(send.bytes())
                                .isEqualTo("\15\5/a/1\n\5/b/1\n\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(responder.message(line("/b/1"))).last().isEqualTo(new Step.Agreed("/b/1"));
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> sent(List<Step> steps) {
        return steps.stream()
                .filter(Step.Send.class::isInstance)
                .map(step -> ((Step.Send) step).bytes())
                .map(bytes -> new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8))
                .toList();
    }
}

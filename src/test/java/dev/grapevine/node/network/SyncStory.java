package dev.grapevine.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.crypto.PrivateKey;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.network.SyncState.Output;
import dev.grapevine.node.network.SyncState.Why;
import dev.grapevine.node.registry.RegistryState.Completeness;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What tests of {@link SyncState} tell it, and how they speak of what it decides. */
abstract class SyncStory {

    static final PeerId ALICE = peer(1);
    static final PeerId BOB = peer(2);
    static final PeerId CAROL = peer(3);
    static final IssuerId ISSUER = issuer(100);
    static final int RANGE = LogPull.RANGE_EVENTS;

    final SyncState state = new SyncState(new Random(1));
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    List<Output> handle(Input input) {
        return state.handle(input, now);
    }

    /** A peer is there, and its frontier has been compared. */
    List<Output> connect(PeerId peer, Ahead... ahead) {
        List<Output> outputs = new ArrayList<>(handle(new Input.Connected(peer)));
        assertThat(outputs).contains(new Output.Compare(peer));
        outputs.remove(new Output.Compare(peer));
        outputs.addAll(says(peer, ahead));
        return outputs;
    }

    List<Output> says(PeerId peer, Ahead... ahead) {
        return handle(new Input.Compared(peer, List.of(ahead)));
    }

    List<Output> arrived(Output.Pull pull, long sequence) {
        return handle(new Input.Arrived(pull.range(), sequence));
    }

    List<Output> ended(Output.Pull pull) {
        return handle(new Input.Ended(pull.range()));
    }

    List<Output> applied(long head) {
        return handle(new Input.Applied(ISSUER, head));
    }

    List<Output> stopped(PeerId peer, Why why) {
        return handle(new Input.Stopped(ISSUER, peer, why));
    }

    /** The whole range comes. */
    List<Output> comes(Output.Pull pull) {
        return arrived(pull, pull.to());
    }

    List<Output> after(Duration time) {
        now = now.plus(time);
        return handle(new Input.Tick(0));
    }

    Completeness completeness() {
        return state.registry(now).completeness();
    }

    static Ahead ahead(long sequence) {
        return new Ahead(ISSUER, -1, sequence);
    }

    static List<Output.Pull> pulls(List<Output> outputs) {
        return outputs.stream()
                .filter(Output.Pull.class::isInstance)
                .map(Output.Pull.class::cast)
                .toList();
    }

    static Output.Pull pull(List<Output> outputs) {
        assertThat(pulls(outputs)).hasSize(1);
        return pulls(outputs).getFirst();
    }

    static List<Long> opened(List<Output> outputs) {
        return outputs.stream()
                .filter(Output.Open.class::isInstance)
                .map(output -> ((Output.Open) output).range())
                .toList();
    }

    static List<PeerId> asked(List<Output> outputs) {
        return pulls(outputs).stream().map(Output.Pull::peer).toList();
    }

    static IssuerId issuer(int number) {
        return new IssuerId(key(number).publicKey());
    }

    static PeerId peer(int number) {
        return PeerId.of(key(number).publicKey());
    }

    private static PrivateKey key(int number) {
        return PrivateKey.ofSeed(ByteBuffer.allocate(32).putInt(number).array());
    }
}

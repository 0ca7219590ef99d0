package dev.grapevine.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.grapevine.libp2p.Discovery;
import dev.grapevine.libp2p.Libp2pHost;
import dev.grapevine.libp2p.TestHosts;
import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.kad.KadConfig;
import dev.grapevine.libp2p.kad.Kademlia;
import dev.grapevine.libp2p.kad.Validator;
import dev.grapevine.libp2p.multiformats.Multiaddr;
import dev.grapevine.libp2p.multiformats.Multihash;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Our DHT and js-libp2p's: each finds what the other provides and holds, whoever has dialled. */
class JsKadIT {

    private static final String PROTOCOL = "/interop/kad/1.0.0";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Multihash OURS = Multihash.sha256(new byte[] {1});
    private static final Multihash THEIRS = Multihash.sha256(new byte[] {2});
    private static final byte[] OUR_KEY = "/v/ours".getBytes(US_ASCII);
    private static final byte[] THEIR_KEY = "/v/theirs".getBytes(US_ASCII);
    private static final byte[] VALUE = {1, 2, 3};

    private final JsPeer js = JsPeer.withDht(PROTOCOL);
    private final PeerId jsId = PeerId.parse(js.peerId());
    private final Libp2pHost host = startHost();
    private final Kademlia dht = host.dht().orElseThrow();

    @AfterEach
    void stop() {
        js.close();
        host.close().toCompletableFuture().orTimeout(10, SECONDS).join();
    }

    @Test
    void eachFindsWhatTheOtherProvidesAndHoldsWhereJsDials() {
        provideAndPutBeforeAnybodyIsThere();
        js.dial(TestHosts.address(host).toString());
        assertThatTheTwoUnderstandEachOther();
    }

    @Test
    void eachFindsWhatTheOtherProvidesAndHoldsWhereWeDial() {
        provideAndPutBeforeAnybodyIsThere();
        host.keepConnected(Multiaddr.parse(js.address()));
        assertThatTheTwoUnderstandEachOther();
    }

    /** So that the other one has to ask for it. */
    private void provideAndPutBeforeAnybodyIsThere() {
        assertThat(result(dht.provide(OURS))).isZero();
        assertThat(result(dht.put(OUR_KEY, VALUE))).isZero();
    }

    private void assertThatTheTwoUnderstandEachOther() {
        await().atMost(PATIENCE).until(() -> dht.metrics().peers() == 1);
        await().atMost(PATIENCE)
                .until(() -> js.closest(OUR_KEY).contains(host.peerId().toString()));

        assertThat(js.findProviders(OURS.encode()))
                .containsExactly(host.peerId().toString());
        assertThat(js.get(OUR_KEY)).isEqualTo(VALUE);

        js.provide(THEIRS.encode());
        js.put(THEIR_KEY, VALUE);
        await("js tells of what it provides")
                .atMost(PATIENCE)
                .until(() -> dht.metrics().providers() == 2);
        assertThat(result(dht.findProviders(THEIRS, 1))).containsExactly(jsId);
        assertThat(result(dht.get(THEIR_KEY, 2)).orElseThrow()).isEqualTo(VALUE);
        assertThat(dht.metrics().values()).isEqualTo(2);

        assertThat(result(dht.closest(OUR_KEY))).containsExactly(jsId);
        Multihash more = Multihash.sha256(new byte[] {3});
        assertThat(result(dht.provide(more))).isEqualTo(1);
        assertThat(result(dht.put("/v/more".getBytes(US_ASCII), VALUE))).isEqualTo(1);
        assertThat(js.findProviders(more.encode())).contains(host.peerId().toString());
        assertThat(dht.metrics().malformed()).isZero();
        assertThat(dht.metrics().refusedRecords()).isZero();
    }

    private static Libp2pHost startHost() {
        KadConfig defaults = KadConfig.of(PROTOCOL, KadConfig.Mode.SERVER);
        KadConfig kad = new KadConfig(
                PROTOCOL,
                defaults.mode(),
                defaults.k(),
                defaults.alpha(),
                defaults.refresh(),
                defaults.republish(),
                Map.of("v", new Anything()));
        return TestHosts.start(
                TestHosts.config(TestHosts.ANY_QUIC_PORT, "grapevine/test").withDiscovery(Discovery.NONE.withDht(kad)));
    }

    private static <T> T result(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, SECONDS).join();
    }

    private static final class Anything implements Validator {

        @Override
        public boolean isValid(byte[] key, byte[] value) {
            return true;
        }

        @Override
        public boolean isBetter(byte[] key, byte[] value, byte[] other) {
            return false;
        }
    }
}

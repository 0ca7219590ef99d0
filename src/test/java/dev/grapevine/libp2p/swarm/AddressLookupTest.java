package dev.grapevine.libp2p.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class AddressLookupTest {

    private final String alice = TestPeers.id(1).toString();
    private final String bob = TestPeers.id(2).toString();
    private final Map<String, List<InetAddress>> addresses = new HashMap<>();
    private final Map<String, List<String>> texts = new HashMap<>();
    private final List<String> asked = new ArrayList<>();

    @Test
    void aNameGivesTheAddressesOfTheFamilyAskedFor() {
        addresses.put("b.example", List.of(InetAddress.ofLiteral("fd00::2"), InetAddress.ofLiteral("10.0.0.2")));

        assertThat(look("/dns4/b.example/tcp/1")).containsExactly("/ip4/10.0.0.2/tcp/1");
        assertThat(look("/dns6/b.example/udp/1/quic-v1")).containsExactly("/ip6/fd00::2/udp/1/quic-v1");
        assertThat(look("/dns/b.example/tcp/1")).containsExactly("/ip6/fd00::2/tcp/1", "/ip4/10.0.0.2/tcp/1");
        addresses.put("six.example", List.of(InetAddress.ofLiteral("fd00::2")));
        assertThatThrownBy(() -> look("/dns4/six.example/tcp/1")).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void aLinkLeadsToAddressesAndNamesAndOtherLinks() {
        addresses.put("b.example", List.of(InetAddress.ofLiteral("10.0.0.2")));
        texts.put(
                "_dnsaddr.example.org",
                List.of(
                        "dnsaddr=/ip4/10.0.0.1/tcp/1/p2p/" + alice,
                        "dnsaddr=/dns4/b.example/udp/1/quic-v1/p2p/" + bob,
                        "dnsaddr=/dnsaddr/more.example.org",
                        "dnsaddr=/some/new/protocol",
                        "v=spf1 -all"));
        texts.put("_dnsaddr.more.example.org", List.of("dnsaddr=/ip6/fd00::1/tcp/1/p2p/" + alice));

        assertThat(look("/dnsaddr/example.org"))
                .containsExactlyInAnyOrder(
                        "/ip4/10.0.0.1/tcp/1/p2p/" + alice,
                        "/ip4/10.0.0.2/udp/1/quic-v1/p2p/" + bob,
                        "/ip6/fd00::1/tcp/1/p2p/" + alice);
        assertThat(look("/dnsaddr/example.org/p2p/" + bob)).containsExactly("/ip4/10.0.0.2/udp/1/quic-v1/p2p/" + bob);
    }

    @Test
    void linksThatLeadToOneAnotherComeToAnEnd() {
        texts.put("_dnsaddr.loop.example", List.of("dnsaddr=/dnsaddr/loop.example"));

        assertThatThrownBy(() -> look("/dnsaddr/loop.example")).hasMessageContaining("lead to one another");
        assertThat(asked).hasSize(AddressLookup.MAX_LINKS);
    }

    @Test
    void linksThatFanOutAreCutShort() {
        List<String> ten = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ten.add("dnsaddr=/dnsaddr/fan.example");
        }
        texts.put("_dnsaddr.fan.example", ten);

        assertThatThrownBy(() -> look("/dnsaddr/fan.example")).hasCauseInstanceOf(IOException.class);
        assertThat(asked).hasSize(AddressLookup.MAX_QUERIES);
    }

    @Test
    void ofVeryManyAddressesTheFirstAreTaken() {
        List<String> many = new ArrayList<>();
        for (int i = 0; i <= AddressLookup.MAX_ADDRESSES; i++) {
            many.add("dnsaddr=/ip4/10.0.0." + i + "/tcp/1");
        }
        texts.put("_dnsaddr.many.example", many);

        assertThat(look("/dnsaddr/many.example")).hasSize(AddressLookup.MAX_ADDRESSES);
    }

    @Test
    void whatIsNotFoundFailsAndWhatIsFoundBesidesCounts() {
        assertThatThrownBy(() -> look("/dnsaddr/nowhere.example")).hasCauseInstanceOf(UnknownHostException.class);
        texts.put(
                "_dnsaddr.half.example", List.of("dnsaddr=/dns4/nowhere.example/tcp/1", "dnsaddr=/ip4/10.0.0.1/tcp/1"));

        assertThat(look("/dnsaddr/half.example")).containsExactly("/ip4/10.0.0.1/tcp/1");
    }

    private List<String> look(String address) {
        return AddressLookup.of(Multiaddr.parse(address), new Names()).toCompletableFuture().join().stream()
                .map(Multiaddr::toString)
                .toList();
    }

    private final class Names implements NameResolver {

        @Override
        public CompletionStage<List<InetAddress>> resolve(String host) {
            return answer(host, addresses.get(host));
        }

        @Override
        public CompletionStage<List<String>> texts(String name) {
            return answer(name, texts.get(name));
        }

        private <T> CompletionStage<T> answer(String name, T found) {
            asked.add(name);
            return found == null
                    ? CompletableFuture.failedFuture(new UnknownHostException(name))
                    : CompletableFuture.completedFuture(found);
        }
    }
}

package dev.grapevine.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.grapevine.node.start.StartProblem;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

class ClientAddressTest {

    @Test
    void theHeaderIsNothingWhereNoProxyIsTrusted() {
        assertThat(address(List.of(), "192.0.2.1", "198.51.100.7")).isEqualTo("192.0.2.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1 | 198.51.100.7                          | 192.0.2.1",
                "10.0.0.1  | 198.51.100.7                          | 198.51.100.7",
                "10.0.0.1  | 203.0.113.9, 198.51.100.7             | 198.51.100.7",
                "10.0.0.1  | 203.0.113.9, 198.51.100.7, 10.9.9.9   | 198.51.100.7",
                "10.0.0.1  | 10.1.1.1, 10.2.2.2                    | 10.1.1.1",
                "10.0.0.1  | 198.51.100.7:4711                     | 198.51.100.7",
                "10.0.0.1  | [2001:db8::7]:4711                    | 2001:db8:0:0:0:0:0:7",
                "::1       | 2001:db8::7                           | 2001:db8:0:0:0:0:0:7",
                "10.0.0.1  | 198.51.100.7, example.com             | 10.0.0.1",
                "10.0.0.1  | 198.51.100.7, unknown, 10.2.2.2       | 10.2.2.2",
                "10.0.0.1  | ''                                    | 10.0.0.1"
            })
    void trustedProxiesVouchForTheHopBeforeThem(String peer, String forwarded, String client) {
        assertThat(address(List.of("10.0.0.0/8", "::1"), peer, forwarded)).isEqualTo(client);
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(address(List.of("10.0.0.0/8"), "10.0.0.1", "203.0.113.9", "198.51.100.7, 10.2.2.2"))
                .isEqualTo("198.51.100.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example.com", "10.0.0.0/33", "10.0.0.0/x", ""})
    void proxiesAreNamedByAddress(String proxy) {
        assertThatThrownBy(() -> new ClientAddress(List.of(proxy)))
                .isInstanceOf(StartProblem.class)
                .hasMessageContaining("trusted-proxies has '" + proxy + "'");
    }

    private static String address(List<String> proxies, String peer, String... forwarded) {
        return new ClientAddress(proxies)
                .of(Caller.of(MockServerHttpRequest.get("/")
                        .remoteAddress(new InetSocketAddress(peer, 4711))
                        .header("X-Forwarded-For", forwarded)
                        .build()))
                .getHostAddress();
    }
}

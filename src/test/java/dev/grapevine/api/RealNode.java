package dev.grapevine.api;

import dev.grapevine.node.NodeApplication;
import dev.grapevine.node.storage.TestPostgres;
import dev.grapevine.testapi.OneAtATime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A whole node with a real database, which all tests of the API share: what one leaves there, others meet. */
@SpringBootTest(
        classes = NodeApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "grapevine.network=api-tests",
            "grapevine.p2p.listen=/ip4/127.0.0.1/udp/0/quic-v1",
            "grapevine.p2p.mdns=false",
            "grapevine.issuer.name=University",
            "grapevine.public-url=" + RealNode.PUBLIC_URL,
            "grapevine.api-key=" + RealNode.KEY,
            "grapevine.rate-limit.enabled=false",
            // where the tests publish what it has to load
            "grapevine.fetch.allowed-networks=127.0.0.1",
            "grapevine.http.headers-timeout=2s",
            "grapevine.http.body-timeout=2s",
            "management.server.port=0"
        })
@OneAtATime
public abstract class RealNode {

    public static final String KEY = "correct-horse-battery-staple";

    /** Nobody is there: what of it the node needs itself it must not load. */
    public static final String PUBLIC_URL = "https://university.invalid";

    protected static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        String url = TestPostgres.newDatabase();
        registry.add("grapevine.db.url", () -> url);
        registry.add("grapevine.data-dir", RealNode::temporaryDirectory);
    }

    protected int port() {
        return port;
    }

    /** @param path with its query, percent-encoded */
    protected URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static String temporaryDirectory() {
        try {
            return Files.createTempDirectory("grapevine-test").toString();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

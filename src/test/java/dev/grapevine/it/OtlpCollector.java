package dev.grapevine.it;

import com.sun.net.httpserver.HttpServer;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans by OTLP over HTTP (opentelemetry-proto, trace/v1), as far as the tests look at them. */
final class OtlpCollector implements AutoCloseable {

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();

    /** @param instance the resource's service.instance.id */
    record Span(String instance, String name, String traceId, String spanId, String parentId) {}

    OtlpCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            try (exchange) {
                spans.addAll(read(exchange.getRequestBody().readAllBytes()));
                exchange.sendResponseHeaders(200, -1);
            }
        });
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Span> of(String traceId) {
        return spans.stream().filter(span -> span.traceId.equals(traceId)).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static List<Span> read(byte[] request) {
        List<Span> found = new ArrayList<>();
        for (byte[] resourceSpans : fields(request, 1)) {
            String instance = fields(resourceSpans, 1).stream()
                    .flatMap(resource -> fields(resource, 1).stream())
                    .filter(attribute -> text(attribute, 1).equals("service.instance.id"))
                    .map(attribute -> text(fields(attribute, 2).getFirst(), 1))
                    .findFirst()
                    .orElse("");
            for (byte[] scopeSpans : fields(resourceSpans, 2)) {
                for (byte[] span : fields(scopeSpans, 2)) {
                    found.add(new Span(instance, text(span, 5), hex(span, 1), hex(span, 2), hex(span, 4)));
                }
            }
        }
        return found;
    }

    private static String hex(byte[] message, int number) {
        return fields(message, number).stream()
                .map(HexFormat.of()::formatHex)
                .findFirst()
                .orElse("");
    }

    private static String text(byte[] message, int number) {
        return fields(message, number).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .findFirst()
                .orElse("");
    }

    /** All fields of a message that bear a number and have a length. */
    private static List<byte[]> fields(byte[] message, int number) {
        List<byte[]> found = new ArrayList<>();
        ProtobufReader in = new ProtobufReader(message);
        while (in.next()) {
            if (in.field() == number) {
                found.add(in.bytes());
            } else {
                in.skip();
            }
        }
        return found;
    }
}

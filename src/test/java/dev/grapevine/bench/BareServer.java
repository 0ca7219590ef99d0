package dev.grapevine.bench;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Answers every request with one header and body, and does nothing else: as fast as Reactor Netty serves. A process of its own. */
final class BareServer {

    private BareServer() {}

    /** @param arguments a properties file of header fields, and the file of the body; the port is printed */
    public static void main(String[] arguments) throws Exception {
        Properties fields = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]))) {
            fields.load(reader);
        }
        HttpHeaders header = new DefaultHttpHeaders();
        fields.forEach((name, value) -> header.set((String) name, value));
        byte[] answer = Files.readAllBytes(Path.of(arguments[1]));
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> response.headers(header).sendByteArray(Mono.just(answer)))
                .bindNow();
        System.out.println(server.port());
        server.onDispose().block();
    }
}

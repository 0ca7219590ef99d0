package dev.grapevine.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Answers every request with the bytes of a file, and does nothing else: as fast as Reactor Netty serves. A process of its own. */
final class BareServer {

    private BareServer() {}

    /** @param arguments the file; the port is printed */
    public static void main(String[] arguments) throws Exception {
        byte[] answer = Files.readAllBytes(Path.of(arguments[0]));
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> response.header("Content-Type", "application/json")
                        .header("Content-Length", String.valueOf(answer.length))
                        .sendByteArray(Mono.just(answer)))
                .bindNow();
        System.out.println(server.port());
        server.onDispose().block();
    }
}

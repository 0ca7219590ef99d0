package dev.grapevine.node.network.web;

import dev.grapevine.node.network.NetworkMonitor;
import dev.grapevine.node.network.NetworkStatus;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/v1/network")
@Tag(name = "Network", description = "The node among its peers")
class NetworkController {

    private final NetworkMonitor monitor;

    NetworkController(NetworkMonitor monitor) {
        this.monitor = monitor;
    }

    @GetMapping(path = "/status", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "How the node stands in its network",
            description =
                    "Its own peer id and addresses, its peers, the topic's mesh, the heads of the logs it holds, and"
                            + " how complete its registry is.")
    @ApiResponse(responseCode = "200", description = "The status as of now")
    Mono<NetworkStatus> status() {
        return monitor.status();
    }
}

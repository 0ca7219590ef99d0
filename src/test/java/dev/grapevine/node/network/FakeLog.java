package dev.grapevine.node.network;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.LogHead;
import dev.grapevine.node.registry.EventLog;
import dev.grapevine.node.registry.FrontierTree;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One issuer's log, of which so many events are held. */
class FakeLog implements EventLog {

    private final IssuerLogFixture issuer;
    volatile int held;

    FakeLog(IssuerLogFixture issuer, int held) {
        this.issuer = issuer;
        this.held = held;
    }

    @Override
    public Flux<LogHead> heads() {
        return Flux.defer(() -> held == 0 ? Flux.empty() : Flux.just(issuer.headAfter(held)));
    }

    @Override
    public FrontierTree frontier() {
        FrontierTree tree = new FrontierTree();
        if (held > 0) {
            tree.advanced(issuer.headAfter(held));
        }
        return tree;
    }

    @Override
    public Mono<LogHead> head(IssuerId of) {
        return heads().filter(head -> head.issuer().equals(of)).next();
    }

    @Override
    public Mono<List<LogEntry>> range(IssuerId of, long from, int maxBytes) {
        return Mono.fromSupplier(() -> issuer.entries(Math.toIntExact(from), Math.max(held, Math.toIntExact(from))));
    }

    @Override
    public Mono<Opening> body(IssuerId of, UUID profileId) {
        return Mono.empty();
    }

    @Override
    public Flux<MissingBody> missingBodies(Optional<MissingBody> after, int limit) {
        return Flux.empty();
    }
}

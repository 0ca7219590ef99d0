package dev.grapevine.node.network;

import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.FrontierMessages.FrontierRequest;
import dev.grapevine.node.network.FrontierMessages.Part;
import dev.grapevine.node.network.SyncMessages.BodiesPage;
import dev.grapevine.node.network.SyncMessages.Body;
import dev.grapevine.node.network.SyncMessages.RangePage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.registry.FrontierTree;
import dev.grapevine.node.registry.ModelledDisk;
import dev.grapevine.node.registry.ModelledRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers as {@link SyncServer} does: each frame is made when it is asked for. */
class SimServer {

    /** So few that a range has several pages. */
    static final int EVENTS_PER_PAGE = 6;

    private final ModelledRegistry registry;
    private final Supplier<Long> clock;

    SimServer(ModelledRegistry registry, Supplier<Long> clock) {
        this.registry = registry;
        this.clock = clock;
    }

    ModelledRegistry registry() {
        return registry;
    }

    /** @return gives one frame after the other; empty at the end */
    Supplier<Optional<byte[]>> answer(byte[] request) {
        return switch (Request.decode(request)) {
            case FrontierRequest frontier ->
                inTurn(frontier(frontier).stream().map(FrontierPage::encode).toList());
            case Request.Range range -> pages(range);
            case Request.Bodies bodies ->
                inTurn(bodies(bodies).stream().map(BodiesPage::encode).toList());
            default -> throw new IllegalStateException("a request that nobody here makes: " + request.length);
        };
    }

    private static Supplier<Optional<byte[]>> inTurn(List<byte[]> frames) {
        int[] next = {0};
        return () -> next[0] < frames.size() ? Optional.of(frames.get(next[0]++)) : Optional.empty();
    }

    protected List<FrontierPage> frontier(FrontierRequest request) {
        FrontierTree tree = registry.frontier();
        List<Part> parts = request.nodes().stream()
                .filter(node ->
                        node.digest().filter(tree.digest(node.path())::equals).isEmpty())
                .map(node -> Part.of(node.path(), tree.part(node.path())))
                .toList();
        List<FrontierPage> pages = new ArrayList<>();
        for (int i = 0; i == 0 || i < parts.size(); i += FrontierPage.MAX_PARTS) {
            pages.add(new FrontierPage(
                    Optional.of(clock.get()), parts.subList(i, Math.min(parts.size(), i + FrontierPage.MAX_PARTS))));
        }
        return pages;
    }

    private Supplier<Optional<byte[]>> pages(Request.Range range) {
        long[] next = {range.from()};
        return () -> {
            List<LogEntry> entries = next[0] > range.to() ? List.of() : range(range.issuer(), next[0]);
            if (entries.isEmpty()) {
                return Optional.empty();
            }
            next[0] = entries.getLast().event().sequence() + 1;
            return Optional.of(new RangePage(entries).encode());
        };
    }

    protected List<LogEntry> range(IssuerId issuer, long from) {
        return registry.disk()
                .log(issuer)
                .map(log -> log.range(from, EVENTS_PER_PAGE))
                .orElse(List.of());
    }

    private List<BodiesPage> bodies(Request.Bodies request) {
        Optional<ModelledDisk.Log> log = registry.disk().log(request.issuer());
        List<Body> bodies = request.profileIds().stream()
                .flatMap(id -> log.flatMap(held -> held.body(id)).map(opening -> new Body(id, opening)).stream())
                .toList();
        List<BodiesPage> pages = new ArrayList<>();
        for (int i = 0; i < bodies.size(); i += BodiesPage.MAX_BODIES) {
            pages.add(new BodiesPage(bodies.subList(i, Math.min(bodies.size(), i + BodiesPage.MAX_BODIES))));
        }
        return pages;
    }
}

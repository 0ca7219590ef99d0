package dev.grapevine.node.network;

import static java.util.Objects.requireNonNull;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Gossipsub;
import dev.grapevine.libp2p.gossipsub.PubsubMessage;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.registry.AppendedRuns;
import dev.grapevine.node.registry.Forks;
import dev.grapevine.node.registry.Intake;
import dev.grapevine.node.tracing.Spans;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Live events: what this issuer appended goes to the profile topic, and so do proofs of forks that this node has come to know; what
 * others say there goes to the registry.
 */
final class ProfileGossip {

    private static final Logger LOG = LoggerFactory.getLogger(ProfileGossip.class);

    /** Proofs that wait to be published; peers ask for those beyond when they compare. */
    private static final int MAX_PROOFS = 64;

    private final Gossipsub gossipsub;
    private final String topic;
    private final Intake intake;
    private final AppendedRuns appended;
    private final Forks forks;
    private final Spans spans;
    private final Disposable.Swap publishing = Disposables.swap();

    ProfileGossip(Gossipsub gossipsub, String topic, Intake intake, AppendedRuns appended, Forks forks, Spans spans) {
        this.spans = spans;
        this.gossipsub = gossipsub;
        this.topic = topic;
        this.intake = intake;
        this.appended = appended;
        this.forks = forks;
    }

    void start() {
        gossipsub.subscribe(topic, this::judge);
        publishing.update(Disposables.composite(
                appended.appended().concatMap(this::publish).subscribe(),
                Flux.merge(
                                forks.found().map(ProfileMessage::new),
                                forks.made()
                                        .map(recovery ->
                                                new ProfileMessage(List.of(new LogEntry(recovery, Optional.empty())))))
                        .onBackpressureBuffer(MAX_PROOFS, lost -> {}, BufferOverflowStrategy.DROP_OLDEST)
                        .concatMap(this::publish)
                        .subscribe()));
    }

    void stop() {
        publishing.dispose();
        gossipsub.unsubscribe(topic);
    }

    private CompletionStage<Verdict> judge(PubsubMessage message) {
        return intake.gossip(message.data(), message.source())
                .toFuture()
                .thenApply(verdict -> forGossip(requireNonNull(verdict, "intake always answers"), message.source()));
    }

    private static Verdict forGossip(dev.grapevine.node.registry.Verdict verdict, PeerId source) {
        LOG.debug("{} from {}: {}", verdict.kind(), source, verdict.reason());
        return switch (verdict.kind()) {
            case ACCEPT -> Verdict.ACCEPT;
            case IGNORE -> Verdict.IGNORE;
            case REJECT -> Verdict.REJECT;
        };
    }

    /** What does not get out is not lost: peers find it when they compare. */
    private Mono<Integer> publish(ProfileMessage run) {
        Mono<Integer> publishing = Mono.fromCompletionStage(() -> gossipsub.publish(topic, run.encode()));
        return spans.around("gossip", ProfileMessage.traces(run.entries()), publishing)
                .onErrorResume(failure -> {
                    LOG.warn("A run was not gossiped, peers will pull it: {}", failure.toString());
                    return Mono.empty();
                });
    }
}

package dev.grapevine.node.network;

import static java.util.Objects.requireNonNull;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.gossipsub.Gossipsub;
import dev.grapevine.libp2p.gossipsub.PubsubMessage;
import dev.grapevine.libp2p.gossipsub.Verdict;
import dev.grapevine.node.profile.ProfileMessage;
import dev.grapevine.node.registry.AppendedRuns;
import dev.grapevine.node.registry.Intake;
import dev.grapevine.node.tracing.Spans;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** Live events: what this issuer appended goes to the profile topic, what others say there goes to the registry. */
final class ProfileGossip {

    private static final Logger LOG = LoggerFactory.getLogger(ProfileGossip.class);

    private final Gossipsub gossipsub;
    private final String topic;
    private final Intake intake;
    private final AppendedRuns appended;
    private final Spans spans;
    private final Disposable.Swap publishing = Disposables.swap();

    ProfileGossip(Gossipsub gossipsub, String topic, Intake intake, AppendedRuns appended, Spans spans) {
        this.spans = spans;
        this.gossipsub = gossipsub;
        this.topic = topic;
        this.intake = intake;
        this.appended = appended;
    }

    void start() {
        gossipsub.subscribe(topic, this::judge);
        publishing.update(appended.appended().concatMap(this::publish).subscribe());
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

    /** A run that does not get out is not lost: it is in the log, and peers pull it. */
    private Mono<Integer> publish(ProfileMessage run) {
        Mono<Integer> publishing = Mono.fromCompletionStage(() -> gossipsub.publish(topic, run.encode()));
        return spans.around("gossip", ProfileMessage.traces(run.entries()), publishing)
                .onErrorResume(failure -> {
                    LOG.warn("A run was not gossiped, peers will pull it: {}", failure.toString());
                    return Mono.empty();
                });
    }
}

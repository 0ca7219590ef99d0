package dev.grapevine.node.network;

import dev.grapevine.libp2p.crypto.PeerId;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.network.FrontierMessages.FrontierPage;
import dev.grapevine.node.network.SimNetwork.Answer;
import dev.grapevine.node.network.SyncMessages.BodiesPage;
import dev.grapevine.node.network.SyncMessages.Request;
import dev.grapevine.node.network.SyncState.Ahead;
import dev.grapevine.node.network.SyncState.Input;
import dev.grapevine.node.network.SyncState.Output;
import dev.grapevine.node.registry.EventLog.MissingBody;
import dev.grapevine.node.registry.Intake.ArrivedBody;
import dev.grapevine.node.registry.ModelledRegistry;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Does on the virtual network what {@link Sync}, {@link PeerAnswers} and ({@link SimPulls}) {@link PulledLogs} do: feeds the state, carries out what it decides. */
final class SimSync {

    /** The state, or one that a test has broken. */
    interface Steps {
        List<Output> handle(Input input, Instant now);
    }

    private final SimNode.Running process;
    private final SimNetwork network;
    private final ModelledRegistry registry;
    private final SyncState state;
    private final Steps steps;
    private final Consumer<Divergence> diverged;
    private final SimPulls pulls;

    SimSync(SimNode.Running process, SimNetwork network, SyncState state, Steps steps, Consumer<Divergence> diverged) {
        this.process = process;
        this.network = network;
        this.registry = process.registry();
        this.state = state;
        this.steps = steps;
        this.diverged = diverged;
        this.pulls = new SimPulls(process, network, this::input, diverged);
    }

    SyncState state() {
        return state;
    }

    void input(Input input) {
        steps.handle(input, Instant.ofEpochMilli(network.clock())).forEach(this::carryOut);
    }

    void tick() {
        input(new Input.Tick(registry.disk().missingBodies().size()));
    }

    private void carryOut(Output output) {
        switch (output) {
            case Output.Compare compare ->
                walk(
                        compare.peer(),
                        new FrontierComparison(
                                compare.peer(),
                                registry.frontier(),
                                process.node().issuer(),
                                SyncState.MAX_WANTS));
            case Output.Pull pull -> pulls.pull(pull);
            case Output.Open open -> pulls.open(open.range());
            case Output.Cancel cancel -> pulls.cancel(cancel.range());
            case Output.Close close -> pulls.close(close.issuer());
            case Output.FetchBodies fetch -> {
                Deque<Request.Bodies> requests = new ArrayDeque<>();
                byIssuer(registry.disk().missingBodies()).forEach(requests::add);
                fetch(fetch.peer(), requests, 0);
            }
        }
    }

    private void walk(PeerId peer, FrontierComparison comparison) {
        byte[] request;
        try {
            request = comparison.next().encode();
        } catch (MalformedException e) {
            input(new Input.CompareFailed(peer));
            return;
        }
        network.ask(process, peer, request, new Answer() {
            @Override
            public void frame(byte[] frame, Consumer<Boolean> goOn) {
                comparison.answered(FrontierPage.decode(frame));
                goOn.accept(true);
            }

            @Override
            public void end(boolean whole) {
                if (!whole) {
                    input(new Input.CompareFailed(peer));
                } else if (!comparison.isDone()) {
                    walk(peer, comparison);
                } else {
                    comparison.divergences().forEach(diverged);
                    process.forks()
                            .tell(
                                    peer,
                                    comparison.ahead().stream()
                                            .map(Ahead::issuer)
                                            .toList());
                    input(new Input.Compared(peer, comparison.ahead()));
                }
            }
        });
    }

    private static List<Request.Bodies> byIssuer(List<MissingBody> missing) {
        return missing.stream().collect(Collectors.groupingBy(MissingBody::issuer)).entrySet().stream()
                .sorted(Map.Entry.comparingByKey((one, other) -> one.did().compareTo(other.did())))
                .map(entry -> new Request.Bodies(
                        entry.getKey(),
                        entry.getValue().stream()
                                .map(MissingBody::profileId)
                                .limit(Request.Bodies.MAX_PROFILE_IDS)
                                .toList()))
                .toList();
    }

    private void fetch(PeerId peer, Deque<Request.Bodies> requests, int found) {
        if (requests.isEmpty()) {
            input(new Input.BodiesFetched(peer, found));
            return;
        }
        Request.Bodies request = requests.removeFirst();
        int[] filled = {0};
        network.ask(process, peer, request.encode(), new Answer() {
            @Override
            public void frame(byte[] frame, Consumer<Boolean> goOn) {
                List<ArrivedBody> bodies = new ArrayList<>();
                BodiesPage.decode(frame)
                        .bodies()
                        .forEach(body ->
                                bodies.add(new ArrivedBody(request.issuer(), body.profileId(), body.opening())));
                registry.bodies(bodies, count -> {
                    filled[0] += count;
                    goOn.accept(true);
                });
            }

            @Override
            public void end(boolean whole) {
                if (whole) {
                    fetch(peer, requests, found + filled[0]);
                } else {
                    input(new Input.BodiesFetched(peer, found + filled[0]));
                }
            }
        });
    }
}

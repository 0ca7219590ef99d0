package dev.grapevine.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The nodes and all links between them, and the faults. */
final class LabNetwork implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("/udp/(\\d+)/");

    private final Links links;
    private final List<LabNode> nodes = new ArrayList<>();
    private final Failures failures;
    private int kills;
    private int starts;

    LabNetwork(Path directory, List<String> launcher, int size, long seed, Failures failures) throws IOException {
        this.failures = failures;
        this.links = new Links(seed);
        String network = "drill-" + UUID.randomUUID();
        for (int number = 1; number <= size; number++) {
            nodes.add(new LabNode(number, directory, launcher, network, failures));
        }
        for (LabNode from : nodes) {
            for (LabNode to : nodes) {
                if (from != to) {
                    from.dials(links.link(from.number(), to.number(), to.p2pPort()));
                }
            }
        }
    }

    List<LabNode> nodes() {
        return nodes;
    }

    Links links() {
        return links;
    }

    /** How many nodes were ended, in order or not. */
    int kills() {
        return kills;
    }

    int starts() {
        return starts;
    }

    double cpuSeconds() throws IOException {
        double seconds = 0;
        for (LabNode node : nodes) {
            seconds += node.cpuSeconds();
        }
        return seconds;
    }

    private LabNode node(int number) {
        return nodes.get(number - 1);
    }

    /** Does it; does not wait until a node that is started is ready. */
    void apply(Fault fault) throws IOException, InterruptedException {
        switch (fault) {
            case Fault.Kill kill -> {
                kills++;
                node(kill.node()).kill();
            }
            case Fault.KillWithDatabase kill -> {
                kills++;
                node(kill.node()).kill();
                node(kill.node()).database().kill();
            }
            case Fault.Stop stop -> {
                kills++;
                node(stop.node()).stop();
            }
            case Fault.Start start -> start(node(start.node()));
            case Fault.StopDatabase stop -> node(stop.node()).database().stop(stop.how());
            case Fault.Lose lose -> links.lose(lose.percent());
            case Fault.Cut cut -> {
                Set<Integer> side = cut.side();
                links.cut((from, to) -> side.contains(from) != side.contains(to));
            }
            case Fault.Deafen deafen -> links.cut((from, to) -> to == deafen.node());
            case Fault.Mend mend -> links.mend();
        }
    }

    private void start(LabNode node) throws IOException {
        starts++;
        node.start();
    }

    /** Ends all faults: nothing is lost any more, and everybody is started. */
    void heal() throws IOException, InterruptedException {
        links.lose(0);
        links.mend();
        for (LabNode node : nodes) {
            if (!node.isRunning()) {
                start(node);
            }
        }
    }

    /** A connection that does not pass by here would make the drill a fair-weather one. A node whose database is away does not tell. */
    void checkThatNothingGoesAround(LabNode node) throws IOException, InterruptedException {
        Optional<JsonNode> status = node.client().readUnlessDatabaseIsAway("/api/v1/network/status");
        if (status.isEmpty()) {
            return;
        }
        for (JsonNode peer : status.get().path("peers")) {
            Matcher port = PORT.matcher(peer.path("address").asString("") + "/");
            if (!port.find() || !links.isOne(Integer.parseInt(port.group(1)))) {
                failures.add(node.name() + " is connected around the links: " + peer.path("address"));
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            for (LabNode node : nodes) {
                node.destroy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        links.close();
    }
}

package dev.grapevine.it;

import dev.grapevine.testapi.OneAtATime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node is killed in the middle of an import: whatever it answered as committed is there afterwards, and on its peers. */
@ExtendWith(ThreeNodes.Resolver.class)
@OneAtATime
class KillDuringImportIT {

    private final ThreeNodes nodes;

    KillDuringImportIT(ThreeNodes nodes) {
        this.nodes = nodes;
    }

    @Test
    void everyCommittedLineIsThereAfterTheRestartAndOnThePeers() {
        InterruptedImport roster = new InterruptedImport(nodes.node(1), "killed");
        roster.sendAndMeanwhile(nodes.node(1)::kill);

        nodes.node(1).start().awaitReady();

        roster.assertCommittedLinesAreOn(nodes.all());
        roster.sendAgain();
        roster.assertEveryLineIsOn(nodes.all());
    }
}

package dev.grapevine.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.grapevine.node.profile.IssuerLogFixture;
import dev.grapevine.node.registry.PublishOutcome.Done;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** PostgreSQL refuses what one request, or one peer's run, would write: the others of the same batch do not suffer for it. */
class RefusedRowIT {

    private static final int PEOPLE = 60;
    private static final int REFUSED = 37;

    private final TestRegistry node = TestRegistry.onNewDatabase(1).start();

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void ofABatchOfRequestsOnlyTheOneFails() {
        refuse("profiles", "NEW.username = 'person" + REFUSED + "'");

        List<Optional<PublishOutcome>> outcomes = TestRegistry.await(Flux.range(0, PEOPLE)
                .flatMapSequential(
                        i -> node.publisher
                                .publish(
                                        TestRegistry.person("person" + i, "Person"),
                                        TestRegistry.CLERK,
                                        Optional.empty())
                                .map(Optional::of)
                                .onErrorReturn(Optional.empty()),
                        PEOPLE)
                .collectList());

        for (int i = 0; i < PEOPLE; i++) {
            assertThat(outcomes.get(i).filter(Done.class::isInstance).isPresent())
                    .as("person" + i)
                    .isEqualTo(i != REFUSED);
            assertThat(node.lookup("person" + i)).hasSize(i == REFUSED ? 0 : 1);
        }
        assertThat(node.publisher.worker().stats().batches())
                .as("they shared batches")
                .isLessThan(PEOPLE);
        assertThat(node.count("SELECT count(*) FROM events")).isEqualTo(PEOPLE);
        assertThat(node.count("SELECT max(sequence) FROM events"))
                .as("without a gap")
                .isEqualTo(PEOPLE - 1);
    }

    @Test
    void ofABatchOfPeersRunsOnlyTheOneFails() {
        List<IssuerLogFixture> peers = IntStream.range(0, 20)
                .mapToObj(i -> new IssuerLogFixture(100 + i))
                .toList();
        peers.forEach(peer -> peer.describe("Peer"));
        String refused = peers.get(7).entries.getFirst().event().issuer().did();
        refuse("events", "(SELECT did FROM issuers WHERE id = NEW.issuer) = '" + refused + "'");

        List<Boolean> applied = TestRegistry.await(Flux.fromIterable(peers)
                .flatMapSequential(
                        peer -> node.intake
                                .pulled(peer.entries, TestRegistry.PEER)
                                .map(Intake.Pulled.Applied.class::isInstance)
                                .onErrorReturn(false),
                        peers.size())
                .collectList());

        for (int i = 0; i < peers.size(); i++) {
            assertThat(applied.get(i)).as("peer " + i).isEqualTo(i != 7);
        }
        assertThat(node.count("SELECT count(*) FROM events")).isEqualTo(peers.size());
    }

    /** As a constraint would that nobody has thought of. */
    private void refuse(String table, String condition) {
        run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF " + condition
                + " THEN RAISE EXCEPTION 'not this one' USING ERRCODE = '23514'; END IF; RETURN NEW; END $$");
        run("CREATE TRIGGER refuse BEFORE INSERT ON " + table + " FOR EACH ROW EXECUTE FUNCTION refuse()");
    }

    private void run(String sql) {
        node.transactions
                .inTransaction(
                        connection -> Flux.from(connection.createStatement(sql).execute())
                                .flatMap(result -> Mono.from(result.getRowsUpdated()))
                                .then())
                .block(TestRegistry.PATIENCE);
    }
}

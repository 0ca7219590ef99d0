package dev.grapevine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class NodeCommandTest {

    private final NodeCommand node = new NodeCommand();

    @Test
    void setsOneSpringPropertyPerOption() {
        new CommandLine(node)
                .parseArgs(
                        "--name=Uni",
                        "--data-dir=/var/x",
                        "--network=test",
                        "--http-port=8081",
                        "--management-port=9091",
                        "--p2p-port=4002",
                        "--bootstrap=/dns4/a/udp/4001/quic-v1",
                        "--bootstrap=/dns4/b/udp/4001/quic-v1");

        assertThat(node.springArguments())
                .contains(
                        "--grapevine.issuer.name=Uni",
                        "--grapevine.data-dir=/var/x",
                        "--grapevine.network=test",
                        "--server.port=8081",
                        "--management.server.port=9091",
                        "--grapevine.p2p.listen=/ip4/0.0.0.0/udp/4002/quic-v1,/ip4/0.0.0.0/tcp/4002",
                        "--grapevine.p2p.bootstrap=/dns4/a/udp/4001/quic-v1,/dns4/b/udp/4001/quic-v1");
    }

    @Test
    void passesOnPropertiesByTheirFullNamesAndRefusesTheRest() {
        new CommandLine(node).parseArgs("--grapevine.db.url=postgresql://db/x", "--log-format=ecs");

        assertThat(node.springArguments())
                .contains("--grapevine.db.url=postgresql://db/x", "--logging.structured.format.console=ecs");

        new CommandLine(node).parseArgs("--nmae=Uni");

        assertThatThrownBy(node::springArguments).hasMessageContaining("--nmae=Uni");
    }

    @Test
    void takesNoPassphraseThatOthersCouldSee() {
        new CommandLine(node).parseArgs("--grapevine.key.passphrase=correct horse");

        assertThatThrownBy(node::springArguments)
                .hasMessageContaining("GRAPEVINE_KEY_PASSPHRASE_FILE")
                .hasMessageNotContaining("correct horse");
    }

    @Test
    void leavesToTheEnvironmentWhatIsNotGiven() {
        new CommandLine(node).parseArgs();

        assertThat(node.springArguments())
                .noneMatch(argument -> argument.matches("--(grapevine|server|management)\\..*"));
    }
}

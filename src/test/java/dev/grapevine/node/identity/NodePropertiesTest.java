package dev.grapevine.node.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class NodePropertiesTest {

    @TempDir
    private Path temporary;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Node.class);

    @Test
    void hasDefaultsAndMakesItsKeys() {
        runner.withPropertyValues("grapevine.data-dir=" + temporary.resolve("a"))
                .run(context -> {
                    NodeProperties properties = context.getBean(NodeProperties.class);
                    assertThat(properties.network()).isEqualTo("grapevine");
                    assertThat(properties.issuer())
                            .isEqualTo(new NodeProperties.Issuer("Unnamed issuer", null, false, null));
                    assertThat(context.getBean(IssuerIdentity.class).id().did()).startsWith("did:key:z6Mk");
                    assertThat(context.getBean(NodeIdentity.class).peerId().toString())
                            .startsWith("12D3KooW");
                    assertThat(temporary.resolve("a"))
                            .isDirectoryContaining("glob:**/node.key")
                            .isDirectoryContaining("glob:**/issuer.key")
                            .isDirectoryContaining("glob:**/issuer.id")
                            .isDirectoryContaining("glob:**/recovery.key");
                });
    }

    @Test
    void instancesWithOneIssuerKeyFileAreOneIssuerAndTwoNodes() {
        ApplicationContextRunner shared = runner.withPropertyValues(
                "grapevine.issuer.key-file=" + temporary.resolve("shared/acme.key"), "grapevine.issuer.name=Acme");
        shared.withPropertyValues("grapevine.data-dir=" + temporary.resolve("a"))
                .run(a -> shared.withPropertyValues("grapevine.data-dir=" + temporary.resolve("b"))
                        .run(b -> {
                            IssuerIdentity one = a.getBean(IssuerIdentity.class);
                            IssuerIdentity other = b.getBean(IssuerIdentity.class);
                            assertThat(one.id()).isEqualTo(other.id());
                            assertThat(one.recoveryKey()).isEqualTo(other.recoveryKey());
                            assertThat(a.getBean(NodeIdentity.class).peerId())
                                    .isNotEqualTo(b.getBean(NodeIdentity.class).peerId());
                        }));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "network=Grapevine",
                "network=",
                "network=a/b",
                "network=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234",
                "issuer.name=",
                "issuer.did-web=example.org"
            })
    void refusesSettingsThatMakeNoSense(String setting) {
        runner.withPropertyValues("grapevine.data-dir=" + temporary, "grapevine." + setting)
                .run(context -> assertThat(context).hasFailed());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({NodeProperties.class, KeyProperties.class})
    @Import(IdentityConfiguration.class)
    static class Node {

        @Bean
        SecureRandom secureRandom() {
            return new SecureRandom();
        }
    }
}

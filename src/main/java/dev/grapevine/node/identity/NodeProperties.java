package dev.grapevine.node.identity;

import dev.grapevine.keys.DidWeb;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What a node is called and where it keeps its files.
 *
 * @param network the network's name; part of topics, protocol ids and signature domains, so that nodes of different
 *     networks never mix
 * @param dataDir where keys, and the node's own database if it has one, live
 * @param publicUrl where others reach this node's API, such as {@code https://id.example.org}; needed to publish status lists and a
 *     {@code did:web}, which stand beneath it, and with that to sign by ECDSA; null: the node publishes neither
 * @param issuer the organisation on whose behalf the node signs
 */
@Validated
@ConfigurationProperties("grapevine")
public record NodeProperties(
        @DefaultValue("grapevine")
        @Pattern(
                regexp = "[a-z0-9-]{1,63}",
                message = "a network's name has 1 to 63 characters from a-z, 0-9 and the hyphen")
        String network,

        @DefaultValue("data") Path dataDir,

        @Nullable
        @Pattern(
                regexp = "https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*",
                message = "a public URL looks like https://id.example.org, without a / at its end")
        String publicUrl,

        @DefaultValue @Valid Issuer issuer) {

    /** The {@code did:web} that the issuer has, or that the public URL stands for; empty where there is neither. */
    public Optional<String> didWeb() {
        return Optional.ofNullable(issuer.didWeb())
                .or(() -> Optional.ofNullable(publicUrl).map(URI::create).map(DidWeb::of));
    }

    /**
     * The issuer.
     *
     * @param name how people know it
     * @param keyFile its signing key, where several instances share one; null: {@code issuer.key} in the data
     *     directory. The other keys' files stand in the same directory.
     * @param recovering starts although the key is lost or not the one in force: nothing is published until the log says that
     *     the key here is, by {@code ./grapevine issuer-key recover} or because the log has arrived from peers
     * @param didWeb its {@code did:web}, an alias that its domain vouches for; null: none
     */
    public record Issuer(
            @DefaultValue("Unnamed issuer")
            @Pattern(
                    regexp = "[^\\p{Cntrl}]{1,200}",
                    message = "an issuer's name has 1 to 200 characters, none of them a control character")
            String name,

            @Nullable Path keyFile,

            @DefaultValue("false") boolean recovering,

            @Nullable
            @Pattern(regexp = "did:web:[A-Za-z0-9._:%-]{1,250}", message = "a did:web looks like did:web:example.org")
            String didWeb) {}
}

package dev.grapevine.node.trust;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.identity.IssuerId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Which issuers count. Instances that share a database need the same.
 *
 * @param trusted issuers, {@code did:key:z6Mk…}, that are listed first and admitted without quotas; the node's own is one of
 *     them anyway
 * @param blocked issuers of which nothing is taken in or shown
 * @param admission whose profiles are shown: {@code known}, everybody's; or {@code trusted}, those of trusted issuers, while
 *     others are kept in quarantine
 * @param quota how much issuers that are not trusted may take up
 */
@ConfigurationProperties("grapevine.trust")
public record TrustProperties(
        @DefaultValue List<String> trusted,
        @DefaultValue List<String> blocked,
        @DefaultValue("known") Mode admission,
        @DefaultValue Quota quota) {

    /** Who is admitted. */
    public enum Mode {
        KNOWN,
        TRUSTED
    }

    /**
     * Beyond these, what comes is declined. Absent: a default for the mode of admission.
     *
     * @param issuers how many of them; null: 100000, or 10000 where only trusted ones are admitted
     * @param issuerBytes of each; null: {@code 2GB}, or {@code 1MB} where only trusted ones are admitted
     * @param bytes of all of them; null: {@code 16GB}, or {@code 256MB} where only trusted ones are admitted
     */
    public record Quota(
            @Nullable Integer issuers,
            @Nullable DataSize issuerBytes,
            @Nullable DataSize bytes) {}

    private static final Quotas OF_KNOWN = new Quotas(
            100_000, DataSize.ofGigabytes(2).toBytes(), DataSize.ofGigabytes(16).toBytes());
    private static final Quotas OF_QUARANTINE = new Quotas(
            10_000, DataSize.ofMegabytes(1).toBytes(), DataSize.ofMegabytes(256).toBytes());

    public TrustProperties {
        trusted.forEach(did -> issuer("grapevine.trust.trusted", did));
        blocked.forEach(did -> issuer("grapevine.trust.blocked", did));
        if (trusted.stream().anyMatch(blocked::contains)) {
            throw new IllegalArgumentException("grapevine.trust.blocked names an issuer that is trusted too.");
        }
        if (quota.issuers != null && quota.issuers < 0) {
            throw new IllegalArgumentException("grapevine.trust.quota.issuers cannot be below 0.");
        }
    }

    private static IssuerId issuer(String setting, String did) {
        try {
            return IssuerId.parse(did);
        } catch (MalformedException e) {
            throw new IllegalArgumentException(
                    "%s cannot be '%s' (%s): it is a list of issuers such as did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK."
                            .formatted(setting, did, e.getMessage()),
                    e);
        }
    }

    /** What the settings say of issuers. */
    Map<IssuerId, TrustLevel> levels() {
        Map<IssuerId, TrustLevel> levels = new HashMap<>();
        trusted.forEach(did -> levels.put(IssuerId.parse(did), TrustLevel.TRUSTED));
        blocked.forEach(did -> levels.put(IssuerId.parse(did), TrustLevel.BLOCKED));
        return levels;
    }

    Quotas quotas() {
        Quotas standard = admission == Mode.KNOWN ? OF_KNOWN : OF_QUARANTINE;
        return new Quotas(
                quota.issuers == null ? standard.issuers() : quota.issuers,
                quota.issuerBytes == null ? standard.issuerBytes() : quota.issuerBytes.toBytes(),
                quota.bytes == null ? standard.bytes() : quota.bytes.toBytes());
    }
}

package dev.grapevine.node.trust;

/** The settings of the node say what an issuer's level is; the API cannot change it. */
public final class ConfiguredTrustException extends RuntimeException {

    /** @param level what the settings say */
    public ConfiguredTrustException(TrustLevel level) {
        super("the node's settings say that this issuer is " + level.text());
    }
}

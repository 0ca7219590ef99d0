package dev.grapevine.libp2p.identify;

/** A message of identify, and what is kept of it. */
public final class FuzzedIdentify {

    private FuzzedIdentify() {}

    public static void take(byte[] message) {
        IdentifyMessage decoded = IdentifyMessage.decode(message);
        Identity.UNKNOWN.updated(decoded);
        IdentifyMessage.decode(decoded.encode());
    }
}

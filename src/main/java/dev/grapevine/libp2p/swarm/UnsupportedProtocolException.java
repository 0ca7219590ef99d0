package dev.grapevine.libp2p.swarm;

import java.io.IOException;
import java.util.List;

/** The peer has answered that it speaks none of the protocols. */
public final class UnsupportedProtocolException extends IOException {

    private static final long serialVersionUID = 1;

    UnsupportedProtocolException(List<String> protocols) {
        super("the peer speaks none of " + protocols);
    }
}

package dev.grapevine.libp2p.gossipsub;

import java.util.Arrays;
import java.util.List;

/** A version of the protocol, as agreed on for a stream. Newest first, which is the order of preference. */
enum Version {
    V1_2("/meshsub/1.2.0"),
    V1_1("/meshsub/1.1.0"),
    V1_0("/meshsub/1.0.0");

    /** The protocol ids of all versions. */
    static final List<String> PROTOCOLS =
            Arrays.stream(values()).map(version -> version.protocol).toList();

    private final String protocol;

    Version(String protocol) {
        this.protocol = protocol;
    }

    /** @throws IllegalArgumentException where the protocol is none of {@link #PROTOCOLS} */
    static Version of(String protocol) {
        return Arrays.stream(values())
                .filter(version -> version.protocol.equals(protocol))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no gossipsub: " + protocol));
    }
}

package dev.grapevine.libp2p.identify;

import dev.grapevine.libp2p.multiformats.Multiaddr;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a peer has said of itself. It proves nothing: only the peer id is proven, by the handshake.
 *
 * @param agentVersion its software; empty where it does not say
 * @param listenAddresses where it says it listens
 * @param protocols what it speaks
 * @param observedAddress where it sees this host
 */
public record Identity(
        String agentVersion,
        List<Multiaddr> listenAddresses,
        Set<String> protocols,
        Optional<Multiaddr> observedAddress) {

    /** The longest agent version kept; the rest is cut off. */
    static final int MAX_AGENT_VERSION_CHARS = 128;

    static final Identity UNKNOWN = new Identity("", List.of(), Set.of(), Optional.empty());

    /** With what a message says; what it leaves out stays (specification identify, "identify/push"). */
    Identity updated(IdentifyMessage message) {
        return new Identity(
                message.agentVersion() == null ? agentVersion : printable(message.agentVersion()),
                message.listenAddresses().isEmpty() ? listenAddresses : message.listenAddresses(),
                message.protocols().isEmpty() ? protocols : Set.copyOf(new TreeSet<>(message.protocols())),
                orElse(message.observedAddress(), observedAddress));
    }

    private static <T> Optional<T> orElse(@Nullable T value, Optional<T> before) {
        return value == null ? before : Optional.of(value);
    }

    /** It ends up in logs and on pages. */
    private static String printable(String text) {
        String cut = text.substring(0, Math.min(text.length(), MAX_AGENT_VERSION_CHARS));
        return cut.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}

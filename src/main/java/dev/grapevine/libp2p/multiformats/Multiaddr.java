package dev.grapevine.libp2p.multiformats;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network address that names every protocol on the way, such as {@code /ip4/127.0.0.1/udp/4001/quic-v1}
 * (multiformats/multiaddr). Equal if the bytes are.
 */
public final class Multiaddr {

    /** The longest address taken, in bytes and in characters. */
    public static final int MAX_BYTES = 1024;

    private final List<Component> components;

    private Multiaddr(List<Component> components) {
        this.components = List.copyOf(components);
        if (bytes().length > MAX_BYTES) {
            throw new MalformedException("multiaddr is longer than " + MAX_BYTES + " bytes");
        }
    }

    /**
     * One part of an address.
     *
     * @param value in its one textual form; empty for a protocol that has none
     */
    public record Component(Protocol protocol, String value) {

        public Component {
            value = protocol.decode(protocol.encode(value));
        }
    }

    /** @throws MalformedException where the text is no address, or has a protocol that {@link Protocol} lacks */
    public static Multiaddr parse(String text) {
        if (!text.startsWith("/") || text.length() > MAX_BYTES) {
            throw new MalformedException(
                    "a multiaddr starts with a slash and has at most " + MAX_BYTES + " characters");
        }
        String[] parts = text.substring(1).split("/", -1);
        int end = parts.length > 1 && parts[parts.length - 1].isEmpty() ? parts.length - 1 : parts.length;
        List<Component> components = new ArrayList<>();
        for (int i = 0; i < end; i++) {
            Protocol protocol = Protocol.named(parts[i]);
            if (protocol == null) {
                throw new MalformedException("unknown protocol in multiaddr " + text + ": " + parts[i]);
            }
            if (protocol.hasValue() && ++i == end) {
                throw new MalformedException("multiaddr ends without the value of " + protocol + ": " + text);
            }
            components.add(new Component(protocol, protocol.hasValue() ? parts[i] : ""));
        }
        return new Multiaddr(components);
    }

    /** @throws MalformedException where the bytes are no address, or have a protocol that {@link Protocol} lacks */
    public static Multiaddr decode(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw new MalformedException("multiaddr of " + bytes.length + " bytes");
        }
        List<Component> components = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            long code = Varint.read(in);
            Protocol protocol = Protocol.coded(code);
            if (protocol == null) {
                throw new MalformedException("unknown protocol in multiaddr: " + code);
            }
            long length = protocol.valueBytes() >= 0 ? protocol.valueBytes() : Varint.read(in);
            if (length > in.remaining()) {
                throw new MalformedException("multiaddr is cut off in " + protocol);
            }
            byte[] value = new byte[(int) length];
            in.get(value);
            components.add(new Component(protocol, protocol.decode(value)));
        }
        return new Multiaddr(components);
    }

    /** The binary form. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Component component : components) {
            out.writeBytes(Varint.encode(component.protocol().code()));
            byte[] value = component.protocol().encode(component.value());
            if (component.protocol().valueBytes() < 0) {
                out.writeBytes(Varint.encode(value.length));
            }
            out.writeBytes(value);
        }
        return out.toByteArray();
    }

    public List<Component> components() {
        return components;
    }

    /** The protocols on the way, without their values: what kind of address it is. */
    public List<Protocol> protocols() {
        return components.stream().map(Component::protocol).toList();
    }

    /** The value of the protocol's first occurrence; present but empty where the protocol has none. */
    public Optional<String> value(Protocol protocol) {
        return components.stream()
                .filter(component -> component.protocol() == protocol)
                .map(Component::value)
                .findFirst();
    }

    public boolean has(Protocol protocol) {
        return value(protocol).isPresent();
    }

    /** This address with one more part at its end. */
    public Multiaddr with(Protocol protocol, String value) {
        List<Component> longer = new ArrayList<>(components);
        longer.add(new Component(protocol, value));
        return new Multiaddr(longer);
    }

    /** This address without its last part, if that is of the protocol; else this address. */
    public Multiaddr without(Protocol protocol) {
        return !components.isEmpty() && components.getLast().protocol() == protocol
                ? new Multiaddr(components.subList(0, components.size() - 1))
                : this;
    }

    /** The peer that {@code /p2p} at its end names, in base58. */
    public Optional<String> peer() {
        return without(Protocol.P2P).equals(this)
                ? Optional.empty()
                : Optional.of(components.getLast().value());
    }

    /**
     * This address as one of a certain peer, without the {@code /p2p} at its end that may name it.
     *
     * @param peer the peer's id in base58
     * @return empty where it names another peer, or nothing but a peer
     */
    public Optional<Multiaddr> of(String peer) {
        Multiaddr bare = without(Protocol.P2P);
        boolean another = peer().filter(named -> !named.equals(peer)).isPresent();
        return another || bare.components.isEmpty() ? Optional.empty() : Optional.of(bare);
    }

    /** Whether it leads to the very machine that dials it. */
    public boolean isLoopback() {
        return value(Protocol.IP4).filter(ip -> ip.startsWith("127.")).isPresent()
                || value(Protocol.IP6).filter(ip -> ip.equals("::1")).isPresent();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Multiaddr that && components.equals(that.components);
    }

    @Override
    public int hashCode() {
        return components.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Component component : components) {
            text.append('/').append(component.protocol());
            if (component.protocol().hasValue()) {
                text.append('/').append(component.value());
            }
        }
        return text.toString();
    }
}

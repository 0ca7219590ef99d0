package dev.grapevine.node.profile;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.identity.IssuerId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * One event with what shows that its issuer has stated it, without the branch that it stands in: the message
 * BranchStatement.
 *
 * @param rotations the KeyRotated events that lead from the key in force at the fork to the one that signed; not
 *     necessarily next to one another
 * @param chain the event, and where its own signature is spoilt those after it, up to one that is rightly signed
 */
public record BranchStatement(List<SignedEvent> rotations, List<SignedEvent> chain) {

    /** @throws MalformedException where it breaks a limit, or is of two issuers, or the chain is no run */
    public BranchStatement {
        rotations = List.copyOf(rotations);
        chain = Run.of(chain).events();
        if (rotations.size() > ProfileLimits.MAX_STATEMENT_ROTATIONS) {
            throw new MalformedException("a statement with " + rotations.size() + " rotations");
        }
        int bytes = 0;
        for (SignedEvent event : chain) {
            bytes += event.encoded().length + Integer.BYTES;
        }
        for (SignedEvent rotation : rotations) {
            bytes += rotation.encoded().length + Integer.BYTES;
            if (!rotation.issuer().equals(chain.getFirst().issuer())
                    || rotation.sequence() >= chain.getFirst().sequence()) {
                throw new MalformedException("a statement with a rotation that does not lead to it");
            }
        }
        if (bytes > ProfileLimits.MAX_STATEMENT_BYTES) {
            throw new MalformedException("a statement of " + bytes + " bytes");
        }
    }

    /**
     * The statement of an event of a log that is held.
     *
     * @param rotations those between the fork and the event
     * @param from the event and those after it, as many as needed
     * @return empty where no signature that is right is near enough
     */
    public static Optional<BranchStatement> of(
            List<SignedEvent> rotations, Iterator<SignedEvent> from, RunVerifier verifier) {
        List<SignedEvent> chain = new ArrayList<>();
        int bytes = 0;
        while (from.hasNext() && bytes < ProfileLimits.MAX_STATEMENT_BYTES) {
            SignedEvent event = from.next();
            chain.add(event);
            bytes += event.encoded().length;
            if (verifier.isRightlySigned(event)) {
                return checked(rotations, chain);
            }
        }
        return Optional.empty();
    }

    private static Optional<BranchStatement> checked(List<SignedEvent> rotations, List<SignedEvent> chain) {
        try {
            return Optional.of(new BranchStatement(rotations, chain));
        } catch (MalformedException tooLong) {
            return Optional.empty();
        }
    }

    /** @throws MalformedException where it is no statement, or beyond a limit */
    public static BranchStatement decode(byte[] message) {
        List<SignedEvent> rotations = new ArrayList<>();
        List<SignedEvent> chain = new ArrayList<>();
        ProtobufReader in = new ProtobufReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> chain.add(SignedEvent.decode(in.bytes()));
                case 2 -> rotations.add(SignedEvent.decode(in.bytes()));
                default -> in.skip();
            }
        }
        return new BranchStatement(rotations, chain);
    }

    public byte[] encode() {
        ProtobufWriter out = new ProtobufWriter();
        chain.forEach(event -> out.bytes(1, event.encoded()));
        rotations.forEach(event -> out.bytes(2, event.encoded()));
        return out.toByteArray();
    }

    /** What is stated. */
    public SignedEvent event() {
        return chain.getFirst();
    }

    public IssuerId issuer() {
        return event().issuer();
    }

    /**
     * Whether the issuer has stated it, after or at a place of its log.
     *
     * @param point a sequence; rotations from before it lead nowhere
     * @param atPoint the keys in force for the event at that sequence
     */
    public boolean isAuthentic(long point, LogKeys atPoint, RunVerifier verifier) {
        LogKeys keys = atPoint;
        long after = point - 1;
        for (SignedEvent rotation : rotations) {
            boolean isRotation = rotation.event().change() instanceof Change.KeyRotated;
            if (!isRotation
                    || rotation.sequence() <= after
                    || verifier.authenticate(Run.of(List.of(rotation)), keys).isEmpty()) {
                return false;
            }
            after = rotation.sequence();
            keys = keys.after(rotation.event());
        }
        return event().sequence() >= point
                && verifier.authenticate(Run.of(chain), keys).isPresent();
    }
}

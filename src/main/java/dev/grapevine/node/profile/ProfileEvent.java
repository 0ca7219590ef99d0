package dev.grapevine.node.profile;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.identity.IssuerId;
import java.util.Optional;

/**
 * One change in one issuer's log, before it is signed: the message ProfileEvent.
 *
 * @param issuer whose log it is
 * @param sequence its place in the log, from 0
 * @param previous sha-256 of the payload of the event before; empty at sequence 0 and only there
 * @param occurredAtMillis milliseconds since 1970; never decreases inside a log
 * @param change what it changes
 */
public record ProfileEvent(
        IssuerId issuer, long sequence, Optional<Hash> previous, long occurredAtMillis, Change change) {

    /** The latest moment taken, 9999-12-31T23:59:59.999Z: every language and database can say it. */
    static final long MAX_MILLIS = 253_402_300_799_999L;

    public ProfileEvent {
        Change.checkIssuerKey(issuer.inception());
        if (sequence < 0) {
            throw new MalformedException("sequence is negative");
        }
        if (previous.isEmpty() != (sequence == 0)) {
            throw new MalformedException("the first event alone has no event before it");
        }
        if (sequence == 0 && !(change instanceof Change.IssuerDescribed)) {
            throw new MalformedException("sequence 0 does not describe the issuer");
        }
        millis(occurredAtMillis);
    }

    /**
     * Decodes a payload. Fields 5 to 15 are left to later versions and passed over; exactly one field from 16 on is the
     * change.
     *
     * @throws MalformedException where it is no event
     */
    public static ProfileEvent decode(byte[] payload) {
        byte[] issuer = null;
        long sequence = 0;
        byte[] previous = new byte[0];
        long occurredAt = 0;
        Change change = null;
        ProtobufReader in = new ProtobufReader(payload);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> issuer = in.bytes();
                case 2 -> sequence = in.uint64();
                case 3 -> previous = in.bytes();
                case 4 -> occurredAt = in.uint64();
                default -> {
                    if (in.field() < Change.FIRST_FIELD) {
                        in.skip();
                    } else if (change != null) {
                        throw new MalformedException("event with two changes");
                    } else {
                        change = Change.decode(in);
                    }
                }
            }
        }
        if (issuer == null || change == null) {
            throw new MalformedException("event without issuer or change");
        }
        return new ProfileEvent(
                new IssuerId(PublicKey.decode(issuer)),
                sequence,
                previous.length == 0 ? Optional.empty() : Optional.of(Hash.wrap(previous)),
                occurredAt,
                change);
    }

    /** The payload to sign. What came from elsewhere is never encoded again: its bytes as received count. */
    public byte[] encode() {
        ProtobufWriter out = new ProtobufWriter().bytes(1, issuer.inception().encoded());
        if (sequence > 0) {
            out.uint64(2, sequence);
        }
        previous.ifPresent(hash -> out.bytes(3, hash.bytes()));
        return out.uint64(4, occurredAtMillis)
                .bytes(change.field(), change.encode())
                .toByteArray();
    }

    /** @throws MalformedException where it is before 1970 or after 9999 */
    static long millis(long value) {
        if (value < 0 || value > MAX_MILLIS) {
            throw new MalformedException("time out of range");
        }
        return value;
    }
}

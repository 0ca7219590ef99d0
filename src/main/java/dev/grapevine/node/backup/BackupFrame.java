package dev.grapevine.node.backup;

import dev.grapevine.libp2p.crypto.PublicKey;
import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.libp2p.multiformats.ProtobufReader;
import dev.grapevine.libp2p.multiformats.ProtobufWriter;
import dev.grapevine.node.identity.IssuerId;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry;
import dev.grapevine.node.profile.ProfileIds;
import dev.grapevine.node.registry.RegistryBackup.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a backup, as {@code proto/backup.proto} has it: one header, then parts and rows in any number, then one end.
 * Decoding throws {@link MalformedException}; kinds that later versions add are refused, for what they hold would be lost.
 */
sealed interface BackupFrame {

    /** The version of the format that is written and read here. */
    int VERSION = 1;

    /** The digest of no frames. */
    Hash NOTHING = Hash.wrap(new byte[Hash.BYTES]);

    /**
     * What the file is.
     *
     * @param network whose events these are
     * @param createdAtMillis milliseconds since 1970
     */
    record Header(String network, long createdAtMillis) implements BackupFrame {}

    record Run(Part.LogRun part) implements BackupFrame {}

    record Credential(Part.Credential part) implements BackupFrame {}

    /** A row of one of {@link OtherRows}' tables, as JSON. */
    record Row(String table, String json) implements BackupFrame {}

    /** @param digest of all frames before it: sha-256(that of those before the last one ‖ the last one), from {@link #NOTHING} on */
    record End(Hash digest) implements BackupFrame {}

    default byte[] encode() {
        ProtobufWriter out = new ProtobufWriter();
        switch (this) {
            case Header header ->
                out.bytes(
                        1,
                        new ProtobufWriter()
                                .uint64(1, VERSION)
                                .string(2, header.network)
                                .uint64(3, header.createdAtMillis)
                                .toByteArray());
            case Run run -> {
                ProtobufWriter entries = new ProtobufWriter();
                run.part.entries().forEach(entry -> entries.bytes(1, entry.encode()));
                out.bytes(2, entries.toByteArray());
            }
            case Credential credential ->
                out.bytes(
                        3,
                        new ProtobufWriter()
                                .bytes(1, credential.part.issuer().inception().encoded())
                                .bytes(2, ProfileIds.toBytes(credential.part.profileId()))
                                .uint64(3, credential.part.sequence())
                                .bytes(4, credential.part.contentDigest().bytes())
                                .bytes(5, credential.part.json())
                                .toByteArray());
            case Row row ->
                out.bytes(
                        4,
                        new ProtobufWriter()
                                .string(1, row.table)
                                .string(2, row.json)
                                .toByteArray());
            case End end ->
                out.bytes(15, new ProtobufWriter().bytes(1, end.digest.bytes()).toByteArray());
        }
        return out.toByteArray();
    }

    static BackupFrame decode(byte[] frame) {
        ProtobufReader in = new ProtobufReader(frame);
        if (!in.next()) {
            throw new MalformedException("an empty frame");
        }
        BackupFrame decoded = switch (in.field()) {
            case 1 -> header(in.bytes());
            case 2 -> new Run(run(in.bytes()));
            case 3 -> new Credential(credential(in.bytes()));
            case 4 -> row(in.bytes());
            case 15 -> end(in.bytes());
            default ->
                throw new MalformedException("a frame of kind " + in.field() + ", which this version does not know");
        };
        if (in.next()) {
            throw new MalformedException("a frame with two fields");
        }
        return decoded;
    }

    private static Header header(byte[] message) {
        long version = 0;
        String network = null;
        long createdAt = 0;
        ProtobufReader in = new ProtobufReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> version = in.uint64();
                case 2 -> network = in.string();
                case 3 -> createdAt = in.uint64();
                default -> in.skip();
            }
        }
        if (version != VERSION) {
            throw new MalformedException("a backup of format " + version + ", not " + VERSION);
        }
        return new Header(present("network", network), createdAt);
    }

    private static Part.LogRun run(byte[] message) {
        List<LogEntry> entries = new ArrayList<>();
        ProtobufReader in = new ProtobufReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> entries.add(LogEntry.decode(in.bytes()));
                default -> in.skip();
            }
        }
        return new Part.LogRun(entries);
    }

    private static Part.Credential credential(byte[] message) {
        byte[] issuer = null;
        UUID profileId = null;
        long sequence = 0;
        Hash contentDigest = null;
        byte[] json = null;
        ProtobufReader in = new ProtobufReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> issuer = in.bytes();
                case 2 -> profileId = ProfileIds.fromBytes(in.bytes());
                case 3 -> sequence = in.uint64();
                case 4 -> contentDigest = Hash.wrap(in.bytes());
                case 5 -> json = in.bytes();
                default -> in.skip();
            }
        }
        return new Part.Credential(
                new IssuerId(PublicKey.decode(present("issuer", issuer))),
                present("profile id", profileId),
                sequence,
                present("content digest", contentDigest),
                present("credential", json));
    }

    private static Row row(byte[] message) {
        String table = null;
        String json = null;
        ProtobufReader in = new ProtobufReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> table = in.string();
                case 2 -> json = in.string();
                default -> in.skip();
            }
        }
        return new Row(present("table", table), present("row", json));
    }

    private static End end(byte[] message) {
        Hash digest = null;
        ProtobufReader in = new ProtobufReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> digest = Hash.wrap(in.bytes());
                default -> in.skip();
            }
        }
        return new End(present("digest", digest));
    }

    private static <T> T present(String what, @Nullable T value) {
        if (value == null) {
            throw new MalformedException("a frame without its " + what);
        }
        return value;
    }
}

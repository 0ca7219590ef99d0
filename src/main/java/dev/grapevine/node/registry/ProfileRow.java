package dev.grapevine.node.registry;

import dev.grapevine.libp2p.multiformats.MalformedException;
import dev.grapevine.node.profile.Hash;
import dev.grapevine.node.profile.LogEntry.Opening;
import dev.grapevine.node.profile.ProfileBody;
import dev.grapevine.node.profile.ProfileEvent;
import dev.grapevine.node.profile.ProfileState;
import dev.grapevine.node.sql.CopyRows;
import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table {@code profiles}: what the log says, and the body as far as it is held.
 *
 * @param issuer the issuer's row
 * @param username of the newest valid body that was held
 * @param credentialPrefix of the credential that the current version's body names, see {@link #prefix}
 * @param opening of the current version
 */
record ProfileRow(
        long issuer,
        ProfileState state,
        Optional<String> username,
        Optional<Long> credentialPrefix,
        Optional<Opening> opening) {

    static final String[] COLUMNS = {
        "profile_id",
        "issuer",
        "published_sequence",
        "version_sequence",
        "published_at",
        "valid_until",
        "credential_prefix",
        "revoked_sequence",
        "erased_sequence",
        "commitment",
        "revocation_reason",
        "username",
        "salt",
        "body"
    };

    /** Of the table p, for {@link #readState}. */
    static final String STATE_COLUMNS = "p.profile_id, p.published_sequence, p.version_sequence, p.published_at,"
            + " p.valid_until, p.revoked_sequence, p.erased_sequence, p.commitment, p.revocation_reason";

    /** The place of a profile in the registry. */
    record Key(long issuer, UUID profileId) {}

    Key key() {
        return new Key(issuer, state.profileId());
    }

    /**
     * A version's body.
     *
     * @param read empty for bytes that are no body, which are kept and say nothing
     */
    record Opened(Opening opening, Optional<ProfileBody> read) {

        static Opened read(Opening opening) {
            return new Opened(opening, readBody(opening.body()));
        }
    }

    /**
     * The row after an event of its log; the same row if the event has no effect.
     *
     * @param opened the body that opens the event's commitment, if it is there; asked for only where it is needed
     */
    static Optional<ProfileRow> apply(
            Optional<ProfileRow> row, long issuer, ProfileEvent event, Supplier<Optional<Opened>> opened) {
        Optional<ProfileState> before = row.map(ProfileRow::state);
        Optional<ProfileState> after = ProfileState.apply(before, event);
        if (after.isEmpty() || after.equals(before)) {
            return row;
        }
        ProfileState state = after.get();
        if (state.erased().isPresent()) {
            return Optional.of(new ProfileRow(issuer, state, Optional.empty(), Optional.empty(), Optional.empty()));
        }
        boolean newVersion = before.isEmpty() || before.get().versionSequence() != state.versionSequence();
        if (!newVersion) {
            return row.map(old -> new ProfileRow(issuer, state, old.username, old.credentialPrefix, old.opening));
        }
        ProfileRow bodiless =
                new ProfileRow(issuer, state, row.flatMap(ProfileRow::username), Optional.empty(), Optional.empty());
        return Optional.of(opened.get().map(bodiless::opened).orElse(bodiless));
    }

    /**
     * The row of a profile that was folded anew. The body stays if it opens the version that is current now; else the row is
     * found by its last name until the body comes.
     *
     * @param old what there was
     */
    static ProfileRow refolded(long issuer, ProfileState state, Optional<ProfileRow> old) {
        if (state.erased().isPresent() || old.isEmpty()) {
            return new ProfileRow(issuer, state, Optional.empty(), Optional.empty(), Optional.empty());
        }
        ProfileRow before = old.get();
        boolean same = before.state.commitment().equals(state.commitment());
        return new ProfileRow(
                issuer,
                state,
                before.username,
                same ? before.credentialPrefix : Optional.empty(),
                same ? before.opening : Optional.empty());
    }

    /** The row with a body that came later; the same row if the body does not open the current version. */
    ProfileRow fill(Opening arrived) {
        boolean wanted = opening.isEmpty() && state.erased().isEmpty();
        return wanted && arrived.commitment().equals(state.commitment()) ? opened(Opened.read(arrived)) : this;
    }

    private ProfileRow opened(Opened opened) {
        return new ProfileRow(
                issuer,
                state,
                opened.read.map(ProfileBody::username),
                opened.read.flatMap(ProfileBody::credentialDigest).map(digest -> prefix(digest.bytes())),
                Optional.of(opened.opening));
    }

    /** Empty for a body that is none, which is kept and says nothing. */
    static Optional<ProfileBody> readBody(byte[] body) {
        try {
            return Optional.of(ProfileBody.parse(body));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    /** The first 8 bytes of a credential's digest: a small key to find it by; the body tells whether it is the one. */
    static long prefix(byte[] digest) {
        return ByteBuffer.wrap(digest).getLong();
    }

    void writeTo(CopyRows rows) {
        rows.row()
                .uuid(state.profileId())
                .bigint(issuer)
                .bigint(state.publishedSequence())
                .bigint(state.versionSequence())
                .time(state.publishedAtMillis())
                .time(state.validUntilMillis().orElse(null))
                .bigint(credentialPrefix.orElse(null))
                .bigint(nullable(state.revoked()))
                .bigint(nullable(state.erased()))
                .bytea(state.commitment().bytes())
                .text(state.revocationReason().orElse(null))
                .text(username.orElse(null))
                .bytea(opening.map(Opening::salt).orElse(null))
                .bytea(opening.map(Opening::body).orElse(null));
    }

    static ProfileRow read(Readable row) {
        byte[] body = row.get("body", byte[].class);
        byte[] salt = row.get("salt", byte[].class);
        return new ProfileRow(
                Rows.required(row, "issuer", Long.class),
                readState(row),
                Optional.ofNullable(row.get("username", String.class)),
                Optional.ofNullable(row.get("credential_prefix", Long.class)),
                body == null || salt == null ? Optional.empty() : Optional.of(new Opening(body, salt)));
    }

    /** What the log says, of a row with at least {@link #STATE_COLUMNS}. */
    static ProfileState readState(Readable row) {
        return new ProfileState(
                Rows.required(row, "profile_id", UUID.class),
                Rows.required(row, "published_sequence", Long.class),
                Rows.required(row, "published_at", Instant.class).toEpochMilli(),
                Rows.required(row, "version_sequence", Long.class),
                Hash.wrap(Rows.required(row, "commitment", byte[].class)),
                Optional.ofNullable(row.get("valid_until", Instant.class)).map(Instant::toEpochMilli),
                optional(row.get("revoked_sequence", Long.class)),
                Optional.ofNullable(row.get("revocation_reason", String.class)),
                optional(row.get("erased_sequence", Long.class)));
    }

    private static @Nullable Long nullable(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private static OptionalLong optional(@Nullable Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}

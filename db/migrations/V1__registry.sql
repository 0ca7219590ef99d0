-- The registry: issuer logs, and what they amount to (docs/decisions/2026-11-20-usernames-converge.md).
-- Rows of the large tables are written by COPY; they have no foreign keys, whose triggers would cost more than the rows.

CREATE TABLE issuers (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    did                 text COLLATE "C" NOT NULL UNIQUE,    -- did:key of the inception key
    name                text NOT NULL,
    did_web             text,
    recovery_key_digest bytea NOT NULL,                      -- from sequence 0
    current_key         bytea NOT NULL,                      -- signs the next event; libp2p PublicKey message
    head_sequence       bigint NOT NULL,                     -- -1 only inside the transaction that writes sequence 0
    head_hash           bytea NOT NULL,
    head_occurred_at    timestamptz NOT NULL,
    first_seen_at       timestamptz NOT NULL
);
COMMENT ON TABLE issuers IS 'One row per issuer log; its row lock is the right to append to the log';

CREATE TABLE events (
    issuer            bigint NOT NULL,
    sequence          bigint NOT NULL,
    received_at       timestamptz NOT NULL,
    signature_checked boolean NOT NULL,                      -- ranges served to peers end where this is true
    hash              bytea NOT NULL,                        -- sha-256 of the payload
    envelope          bytea NOT NULL,                        -- as received
    received_from     bytea,                                 -- peer id; null: appended here
    PRIMARY KEY (issuer, sequence)
);

CREATE TABLE profiles (
    profile_id         uuid NOT NULL,
    issuer             bigint NOT NULL,
    published_sequence bigint NOT NULL,
    version_sequence   bigint NOT NULL,                      -- of the event that states the current version
    published_at       timestamptz NOT NULL,
    valid_until        timestamptz,
    credential_prefix  bigint,                               -- first 8 bytes of the credential's digest, to find it by
    revoked_sequence   bigint,
    erased_sequence    bigint,                               -- a tombstone: no username, body or salt ever again
    commitment         bytea NOT NULL,                       -- sha-256(salt, body) of the current version
    revocation_reason  text,
    username           text COLLATE "C",                     -- of the newest valid body that was held
    salt               bytea,
    body               bytea,                                -- the bytes that came; null: not held
    PRIMARY KEY (issuer, profile_id),
    CHECK (erased_sequence IS NULL
           OR (username IS NULL AND body IS NULL AND salt IS NULL AND credential_prefix IS NULL)),
    CHECK ((body IS NULL) = (salt IS NULL))
);
CREATE INDEX profiles_by_username ON profiles (username, issuer) WHERE username IS NOT NULL;
CREATE INDEX profiles_by_credential ON profiles (credential_prefix) WHERE credential_prefix IS NOT NULL;
CREATE INDEX profiles_without_body ON profiles (issuer, profile_id) WHERE body IS NULL AND erased_sequence IS NULL;

CREATE TABLE credentials (
    profile_id     uuid NOT NULL,
    issuer         bigint NOT NULL,
    sequence       bigint NOT NULL,                          -- of the version that it belongs to
    content_digest bytea NOT NULL,                           -- of what was asked to be published; tells a change from a repetition
    json           bytea NOT NULL,                           -- canonical (RFC 8785); its sha-256 is the credential's digest
    PRIMARY KEY (issuer, profile_id)
);
COMMENT ON TABLE credentials IS 'The credentials that this node has issued, one for each profile: that of its current version';

-- The signing keys of issuers with their places in the logs, so that what an old key has signed can be verified
-- (docs/decisions/2026-11-28-credentials-of-rotated-keys.md).

CREATE TABLE issuer_keys (
    issuer   bigint NOT NULL,
    sequence bigint NOT NULL,                                -- of the KeyRotated; the key signs from the next event on
    key      bytea NOT NULL,                                 -- libp2p PublicKey message
    signer   bytea NOT NULL,                                 -- of the KeyRotated: the key in force before it, or the recovery key
    PRIMARY KEY (issuer, sequence)
);
CREATE INDEX issuer_keys_by_key ON issuer_keys (issuer, key);
COMMENT ON TABLE issuer_keys IS 'Every key that has taken over; the first one is in the issuer''s id';

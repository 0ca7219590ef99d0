-- How far peers hold this node's own log: who has seen which erasure (docs/decisions/2026-11-28-receipts-of-erasures.md).

CREATE TABLE log_peers (
    peer         bytea PRIMARY KEY,                          -- peer id
    last_seen_at timestamptz NOT NULL                        -- of the last comparison with it
);
COMMENT ON TABLE log_peers IS 'Peers with which this issuer''s log was compared; those not seen for long are forgotten';

CREATE TABLE log_acknowledgements (
    peer     bytea NOT NULL REFERENCES log_peers ON DELETE CASCADE,
    sequence bigint NOT NULL,                                -- the peer was seen to hold the log up to here
    seen_at  timestamptz NOT NULL,                           -- for the first time
    PRIMARY KEY (peer, sequence)
);
COMMENT ON TABLE log_acknowledgements IS 'One row where a peer was first seen, and one wherever it has passed an erasure';

CREATE INDEX profiles_erased ON profiles (issuer, erased_sequence) WHERE erased_sequence IS NOT NULL;

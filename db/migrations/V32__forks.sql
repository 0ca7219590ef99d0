-- Forks: issuers who have stated two events in one place of their logs (docs/decisions/2026-11-28-forks.md). While an issuer is
-- frozen its head is the last event before the fork; what follows it in "events" is the branch that this node happens to
-- hold, and is not part of the log.

ALTER TABLE issuers
    ADD COLUMN frozen_at    bigint,                          -- the sequence at which two events stand; null: not frozen
    ADD COLUMN recovered_at bigint,                          -- the newest KeyRotated of the log that the recovery key signed
    ADD COLUMN fork_epoch   bigint NOT NULL DEFAULT 0,       -- grows when the log is frozen, recovered, or final_statements change
    ADD COLUMN fork_digest  bytea;                           -- of all that peers must agree on beside the head; null: nothing
CREATE INDEX issuers_frozen ON issuers (id, frozen_at) WHERE frozen_at IS NOT NULL;

CREATE TABLE forks (
    issuer       bigint NOT NULL,
    sequence     bigint NOT NULL,
    recovered_at bigint,                                     -- of the recovery that has settled it; null: it freezes the issuer
    found_at     timestamptz NOT NULL,
    proof        bytea NOT NULL,                             -- the message ForkProof
    PRIMARY KEY (issuer, sequence)
);
COMMENT ON TABLE forks IS 'For each issuer the lowest proven fork that is open, and one for each recovery';

CREATE TABLE final_statements (
    issuer       bigint NOT NULL,
    profile_id   uuid NOT NULL,
    erased       boolean NOT NULL,                           -- or else revoked
    sequence     bigint NOT NULL,
    hash         bytea NOT NULL,                             -- of several events, the one with the lowest sequence, then hash
    fork         bigint NOT NULL,                            -- of the proof that the statement is checked by
    recovered_at bigint,                                     -- after which event it counts; null: at once, for the issuer is frozen
    statement    bytea NOT NULL,                             -- the message BranchStatement
    PRIMARY KEY (issuer, profile_id, erased)
);
COMMENT ON TABLE final_statements IS 'Revocations and erasures that stand in no log any more, and in force all the same';

CREATE TABLE recoveries (
    issuer   bigint NOT NULL,
    sequence bigint NOT NULL,
    hash     bytea NOT NULL,
    envelope bytea NOT NULL,
    PRIMARY KEY (issuer, sequence, hash)
);
COMMENT ON TABLE recoveries IS 'KeyRotated events signed by the recovery key that are not, or not yet, part of the log held';

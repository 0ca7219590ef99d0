-- Requests that carried an Idempotency-Key, and what they were answered: the record commits with the event, and lives 24 h.
-- Nothing leads from a row without a profile_id to a person: the digests are keyed (HMAC) by a secret that is not in this database.

CREATE TABLE idempotency (
    record      bytea PRIMARY KEY CHECK (octet_length(record) = 32), -- of caller and key
    request     bytea NOT NULL,                              -- of method, path and body
    recorded_at timestamptz NOT NULL,
    status      bigint NOT NULL,
    location    text,
    answer      bytea NOT NULL,
    issuer      bigint,
    profile_id  uuid                                         -- whom it is about: the row goes when the profile is erased
);
CREATE INDEX idempotency_by_profile ON idempotency (issuer, profile_id) WHERE profile_id IS NOT NULL;
CREATE INDEX idempotency_by_age ON idempotency (recorded_at);

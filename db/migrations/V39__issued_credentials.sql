-- Credentials that were issued on request, beside those of profiles, so that they are found and their status is set by their id
-- (docs/decisions/2026-11-29-status-lists.md).

CREATE TABLE issued_credentials (
    number        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    credential_id text COLLATE "C" NOT NULL,                 -- several may have one id: whoever sets its status means all of them
    json          text NOT NULL,                             -- as it was handed out
    status_list   uuid,                                      -- null: without a status
    status_index  bigint,
    issued_at     timestamptz NOT NULL
);
CREATE INDEX issued_credentials_by_id ON issued_credentials (credential_id, number);

ALTER TABLE credentials ADD COLUMN credential_id uuid;       -- of the urn:uuid that it has as its id; null: issued before this column
CREATE INDEX credentials_by_id ON credentials (credential_id) WHERE credential_id IS NOT NULL;

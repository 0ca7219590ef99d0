-- Status lists of this node's issuer (W3C Bitstring Status List; docs/decisions/2026-11-29-status-lists.md).

CREATE TABLE status_lists (
    id         uuid PRIMARY KEY,
    shuffle    bytea NOT NULL,                               -- secret: the order in which places are given out
    taken      integer NOT NULL DEFAULT 0,                   -- how many are given out
    closed     boolean NOT NULL DEFAULT false,               -- came back from a backup: what was given out since is not known
    version    bigint NOT NULL DEFAULT 0,                    -- grows with each change of status_set
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE status_lists IS 'Each has 131,072 places, and is published once for each purpose';

CREATE TABLE status_set (
    list    uuid NOT NULL,
    purpose text COLLATE "C" NOT NULL,                       -- revocation or suspension
    index   bigint NOT NULL,
    PRIMARY KEY (list, purpose, index)
);
COMMENT ON TABLE status_set IS 'The places whose status is 1; nothing leads from them to a person who was erased';

ALTER TABLE credentials
    ADD COLUMN status_list  uuid,                            -- null: without a status
    ADD COLUMN status_index bigint;

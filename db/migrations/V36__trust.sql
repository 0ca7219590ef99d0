-- Which issuers count, and how much (docs/decisions/2026-11-28-trust-and-admission.md).

CREATE TABLE issuer_trust (
    did        text COLLATE "C" PRIMARY KEY,                 -- did:key of the inception key; of its log nothing need be held
    level      integer NOT NULL CHECK (level IN (0, 2)),     -- 0 trusted, 2 blocked; all others are known, 1
    configured boolean NOT NULL,                             -- stands in the node's settings
    changed_at timestamptz NOT NULL
);
COMMENT ON TABLE issuer_trust IS 'What operators say of issuers; whoever writes it locks it whole';

CREATE TABLE trust_version (
    id bigint NOT NULL
);
COMMENT ON TABLE trust_version IS 'One row, which grows with each change of issuer_trust';
INSERT INTO trust_version (id) VALUES (0);

ALTER TABLE issuers
    ADD COLUMN trust       integer NOT NULL DEFAULT 1,       -- as issuer_trust has it; blocked ones have no row
    ADD COLUMN taken_bytes bigint NOT NULL DEFAULT 0;        -- ever taken in of peers, with what rows cost beside them
CREATE INDEX issuers_not_trusted ON issuers (taken_bytes) WHERE trust = 1;

UPDATE issuers i SET taken_bytes = t.bytes FROM (
    SELECT e.issuer, sum(octet_length(e.envelope) + 512)
        + COALESCE((SELECT sum(octet_length(p.body)) FROM profiles p WHERE p.issuer = e.issuer AND p.body IS NOT NULL), 0) AS bytes
    FROM events e GROUP BY e.issuer) t WHERE t.issuer = i.id;

-- Logs of blocked issuers are out of sight at once, for they have no row in issuers any more; their rows go step by step.
CREATE TABLE removed_issuers (
    issuer     bigint PRIMARY KEY,                           -- the id that the row in issuers had
    did        text COLLATE "C" NOT NULL,
    removed_at timestamptz NOT NULL,
    emptied_at timestamptz                                   -- null: there are rows yet
);
COMMENT ON TABLE removed_issuers IS 'Kept until no row of changes names it any more';
CREATE INDEX removed_issuers_with_rows ON removed_issuers (issuer) WHERE emptied_at IS NULL;

-- What has been applied to the registry, in the order in which it was committed
-- (docs/decisions/2026-11-20-changes-in-commit-order.md). No personal data: names stand in profiles alone.

CREATE TABLE changes (
    id         bigint PRIMARY KEY,                           -- without gaps, and in the order of the commits
    issuer     bigint NOT NULL,
    sequence   bigint NOT NULL,                              -- of the event; of the version, for a body that came later
    applied_at timestamptz NOT NULL,
    profile_id uuid,                                         -- null: of the issuer itself
    kind       text NOT NULL                                 -- AppliedChange.Kind
);
COMMENT ON TABLE changes IS 'The newest changes; older ones are deleted';

CREATE TABLE last_change (
    id bigint NOT NULL
);
COMMENT ON TABLE last_change IS 'One row: the newest id in changes; its lock, taken last, is the right to commit changes';
INSERT INTO last_change (id) VALUES (0);

-- For browsing by status; profiles that are neither revoked nor ever expire cost nothing here.
CREATE INDEX profiles_revoked ON profiles (username, issuer)
    WHERE revoked_sequence IS NOT NULL AND username IS NOT NULL;
CREATE INDEX profiles_by_expiry ON profiles (valid_until)
    WHERE valid_until IS NOT NULL AND username IS NOT NULL;

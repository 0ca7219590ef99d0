-- Who has changed what on this node. No personal data: a profile's id, never its username; no reasons, no values.
-- Rows come by COPY in the transaction of the change that they tell of.

CREATE TABLE audit (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at             timestamptz NOT NULL,
    actor          text COLLATE "C" NOT NULL,                -- as access names it: 'key:3f9a…', 'oauth2:<sub>'; 'node' itself
    action         text COLLATE "C" NOT NULL,                -- 'profile.published', 'key.revoked' …
    issuer         text COLLATE "C",                         -- did:key; with sequence: the event in an issuer's log
    sequence       bigint,
    profile_id     uuid,
    detail         text,
    correlation_id text,                                     -- of the request, as logs and traces have it
    CHECK ((issuer IS NULL) = (sequence IS NULL))
);
CREATE INDEX audit_by_actor ON audit (actor, id);
CREATE INDEX audit_by_action ON audit (action, id);
COMMENT ON TABLE audit IS 'Append-only: a trigger refuses every other change';

CREATE FUNCTION refuse_to_change_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the table audit is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit();

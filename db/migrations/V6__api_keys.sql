-- Keys get roles, a name, an end and a trace of their use. Wherever a key is shown it goes by its id, the start of its hash.
ALTER TABLE api_key
    ADD COLUMN id           text GENERATED ALWAYS AS (encode(substring(hash FROM 1 FOR 6), 'hex')) STORED UNIQUE,
    ADD COLUMN name         text NOT NULL DEFAULT '' CHECK (length(name) <= 100),
    -- the keys from before could do everything
    ADD COLUMN roles        text[] NOT NULL DEFAULT '{issuer,operator}'
        CHECK (cardinality(roles) > 0 AND roles <@ '{reader,issuer,operator}'),
    ADD COLUMN expires_at   timestamptz,
    ADD COLUMN last_used_at timestamptz,
    ADD COLUMN revoked_at   timestamptz;
ALTER TABLE api_key ALTER COLUMN roles DROP DEFAULT;

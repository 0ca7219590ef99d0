-- Who may call the API. A key itself is never stored: it has 256 random bits, so that its plain SHA-256 cannot be searched.
CREATE TABLE api_key (
    hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Peers of the network and where they were reached, so that a node that starts anew finds them without its bootstrap list.

CREATE TABLE known_peers (
    peer         bytea PRIMARY KEY,                          -- peer id
    record       bytea,                                      -- signed peer record (libp2p RFC 0003), as it came
    addresses    text[] NOT NULL,                            -- multiaddrs at which it has answered, the latest first
    last_seen_at timestamptz NOT NULL
);
COMMENT ON TABLE known_peers IS 'The peers seen last, with addresses that they certified or at which they answered';

-- Challenges of this node that a presentation was verified with, each of which counts once. Challenges themselves are kept nowhere: they are signed.

CREATE TABLE used_challenges (
    challenge  text COLLATE "C" PRIMARY KEY,
    expires_at timestamptz NOT NULL                          -- then it is refused anyway, and its row goes
);
CREATE INDEX used_challenges_by_time ON used_challenges (expires_at);

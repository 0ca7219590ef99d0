-- For browsing by issuer: a small one's profiles, in the order of a page, without walking everybody else's.
CREATE INDEX profiles_by_issuer ON profiles (issuer, username) WHERE username IS NOT NULL;
-- For browsing what has expired where that is much, in the order of a page; profiles_by_expiry is for where it is little.
CREATE INDEX profiles_expiring ON profiles (username, issuer, valid_until)
    WHERE valid_until IS NOT NULL AND revoked_sequence IS NULL AND username IS NOT NULL;

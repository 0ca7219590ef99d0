-- To serve a part of a log with its bodies in one walk, side by side: an event, and the profile whose current version it states.
CREATE INDEX profiles_by_version ON profiles (issuer, version_sequence);

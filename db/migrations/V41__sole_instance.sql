-- An instance that is alone at its database need not ask it before each lookup whether something has changed
-- (docs/decisions/2026-11-29-the-sole-instance.md).

ALTER TABLE last_change ADD COLUMN sole text;
COMMENT ON COLUMN last_change.sole IS 'The instance that may believe, for 250 ms after it was last seen here, that no other commits changes';

-- Whoever else wants to commit changes has the row's lock, so the sole instance cannot make sure of itself any more; when its 250 ms are
-- over it asks before each lookup again.
CREATE FUNCTION end_sole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_sleep(0.5);
    NEW.sole := NULL;
    RETURN NEW;
END
$$;

CREATE TRIGGER end_sole BEFORE UPDATE ON last_change FOR EACH ROW
    WHEN (OLD.sole IS NOT NULL AND OLD.sole IS DISTINCT FROM current_setting('grapevine.instance', true))
    EXECUTE FUNCTION end_sole();

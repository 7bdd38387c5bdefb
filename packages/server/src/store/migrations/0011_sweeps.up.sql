-- For the sweep, which deletes old rows in small batches.
CREATE INDEX bans_until ON bans (until) WHERE until IS NOT NULL;
CREATE INDEX restraints_end ON restraints ((GREATEST(muted_until, last_sent_at)));
CREATE INDEX reports_closed ON reports (closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX address_bans_until ON address_bans (until) WHERE until IS NOT NULL;

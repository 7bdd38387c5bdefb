DROP TABLE ignored;
DROP TABLE last_seen;

DROP INDEX bans_by;
DROP TABLE audit_texts;

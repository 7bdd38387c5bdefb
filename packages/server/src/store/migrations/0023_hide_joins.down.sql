ALTER TABLE memberships DROP COLUMN hide_joins;

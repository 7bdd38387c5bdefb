ALTER TABLE rooms DROP COLUMN message_max;
ALTER TABLE memberships DROP COLUMN is_chosen;
DROP TABLE requests;

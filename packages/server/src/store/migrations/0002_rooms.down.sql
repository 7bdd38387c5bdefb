DROP TABLE messages;
DROP TABLE events;
DROP TABLE memberships;
DROP TABLE rooms;

DROP TABLE restraints, bans, memberships, rooms;

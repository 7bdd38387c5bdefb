DROP INDEX rooms_closed_name;

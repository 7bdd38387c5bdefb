DROP FUNCTION find_lobby(text);
ALTER TABLE store_state DROP COLUMN lobby_id;

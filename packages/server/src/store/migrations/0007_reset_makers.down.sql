ALTER TABLE account_resets DROP COLUMN maker_id;

DROP TABLE account_removals, ignored, last_seen, accounts, store_state;

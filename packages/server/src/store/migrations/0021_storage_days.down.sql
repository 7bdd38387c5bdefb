ALTER TABLE storage_use DROP CONSTRAINT storage_use_pkey, ADD PRIMARY KEY (account_id, day);

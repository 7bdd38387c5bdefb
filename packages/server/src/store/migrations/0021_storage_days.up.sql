-- The server reads one day, and sweeps the days before it: the day comes first.
ALTER TABLE storage_use DROP CONSTRAINT storage_use_pkey, ADD PRIMARY KEY (day, account_id);

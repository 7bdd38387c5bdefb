-- How many bytes each person has stored on the current day (UTC). The server counts in memory and adds here every few seconds.
CREATE TABLE storage_use (
  account_id bigint NOT NULL,
  day date NOT NULL,
  bytes bigint NOT NULL,
  PRIMARY KEY (account_id, day)
);

-- The administrator who made a link to a new password; null for the operator. The link ends when they lose that right.
-- No foreign key: a link is gone long before its maker's row.
ALTER TABLE account_resets ADD COLUMN maker_id bigint;
CREATE INDEX account_resets_maker ON account_resets (maker_id) WHERE maker_id IS NOT NULL;

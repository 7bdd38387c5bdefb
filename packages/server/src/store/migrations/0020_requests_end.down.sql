DROP INDEX requests_expiry;
DROP INDEX requests_account;
CREATE INDEX requests_account ON requests (account_id, at, room_id) WHERE state = 'open';
ALTER TABLE requests DROP CONSTRAINT requests_state_check;
UPDATE requests SET state = 'left' WHERE state = 'askable';
ALTER TABLE requests ADD CONSTRAINT requests_state_check CHECK (state IN ('open', 'declined', 'left'));

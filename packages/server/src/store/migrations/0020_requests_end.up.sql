-- Requests can be withdrawn, and expire. Afterwards the person is as somebody who left: they may be asked, and not added.
ALTER TABLE requests DROP CONSTRAINT requests_state_check;
UPDATE requests SET state = 'askable' WHERE state = 'left';
ALTER TABLE requests ADD CONSTRAINT requests_state_check CHECK (state IN ('open', 'declined', 'askable'));
-- Nobody can be asked into a direct room that they declined without a row either.
DELETE FROM requests q USING rooms r WHERE r.id = q.room_id AND r.kind = 'direct' AND q.state = 'declined';

-- The list and the count of a person's open requests, and all their rows when their account is removed.
DROP INDEX requests_account;
CREATE INDEX requests_account ON requests (account_id, state, at, room_id);
-- For the sweep of open requests that expired.
CREATE INDEX requests_expiry ON requests (at) WHERE state = 'open';

DROP FUNCTION step_removal(timestamptz, integer, interval);
DROP FUNCTION remove_messages(account_removals, integer);
DROP FUNCTION leave_for_good(bigint, bigint);
DROP FUNCTION forget_person(bigint);
DROP FUNCTION delete_account(bigint, text, boolean, timestamptz);
DROP TABLE account_removals;

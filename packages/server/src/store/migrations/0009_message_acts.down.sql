DROP FUNCTION move_read_mark(bigint, bigint, bigint);
DROP FUNCTION append_react(bigint, bigint, bigint, text, boolean, integer);
DROP FUNCTION append_delete(bigint, bigint, bigint);
DROP FUNCTION replace_mentions(bigint, bigint, bigint, bigint[], bigint[]);
DROP FUNCTION append_edit(bigint, bigint, bigint, text, text);
DROP FUNCTION begin_act_on_message(bigint, bigint, bigint);

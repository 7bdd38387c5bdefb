DROP FUNCTION settle_report(bigint, bigint, bigint, boolean);
DROP FUNCTION file_report(bigint, bigint, bigint, text, integer);
DROP TABLE reports;

DROP TABLE audit_pending, audit_log, audit_head;

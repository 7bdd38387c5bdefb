-- The earlier forms are not kept. Both versions read these rows.
SELECT;

-- search_fold now drops the tatweel of Arabic and takes Hebrew geresh and gershayim as ' and ". The worker fills the table again.
TRUNCATE search_entries, search_progress;

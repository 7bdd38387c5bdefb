DROP INDEX bans_until, restraints_end, reports_closed, address_bans_until;

DROP TABLE address_bans, invited, invitations, account_resets, tickets, refresh_tokens, sessions;

-- Who reviews bans comes to find those that wait, and does not know the accounts: suspended without a term.

create index accounts_held on accounts (account_id) where restriction = 'suspension' and restriction_until is null;

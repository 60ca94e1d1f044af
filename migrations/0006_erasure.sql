-- A person may be forgotten, and the ledger must still verify. What names an account or says something about its holder is deleted;
-- of its chain the digests and hashes stay, under a random name that is too long for any gateway to send. A ban outlives that as a
-- keyed hash of the account's id, which nobody can read who has the database and not the key.

alter table accounts add column erased boolean not null default false;
-- What is left of an erased account is the head of its chain.
alter table accounts add constraint accounts_erased check (
  case when erased
    then length(account_id) > 128 and octet_length(state) = 0 and ordinal = 0 and account_time = 0 and plan is null
      and restriction = 'none' and due_at is null
    else length(account_id) <= 128 and octet_length(state) > 0
  end);

-- A row begins at version 1: whoever writes a later one expects a row that has been erased meanwhile, and has lost.
create function accounts_begin() returns trigger language plpgsql as $$
begin
  raise exception 'an account was erased meanwhile' using errcode = 'serialization_failure';
end $$;
create trigger accounts_begin after insert on accounts
  for each row when (new.version > 1) execute function accounts_begin();

create table erasures (
  pseudonym   text collate "C" primary key references accounts (account_id) check (length(pseudonym) > 128),
  erased_at   timestamptz not null default now(),
  erased_by   text not null,
  reason      text not null check (length(reason) between 1 and 500),
  -- of the ledger
  entries     bigint not null check (entries >= 0),
  -- the feed's greatest cursor then: rows of the outbox go, and no cursor is given out twice
  feed_cursor bigint not null check (feed_cursor >= 0)
);
create index erasures_by_cursor on erasures (feed_cursor);

create table ban_markers (
  marker bytea primary key check (octet_length(marker) = 32),
  -- says of a key whether it is the one, and nothing else
  key_id text not null
);

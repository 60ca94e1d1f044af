-- What is forgotten here must be forgotten on Kafka too: the topic of entitlements keeps the last one of each account until a record
-- with its key and no value, a tombstone, says that it is gone. Until that is out, and no longer, the account's id is kept for it.

-- In the order of the feed: a tombstone comes behind all of the account that was to be read before, and before all that comes after.
create table tombstones (
  cursor     bigint primary key check (cursor > 0),
  account_id text collate "C" not null,
  buried_at  timestamptz not null default now()
);

-- A dead letter may hold a prompt, so it is kept for a term.
create index dead_letters_by_age on dead_letters (written_at);

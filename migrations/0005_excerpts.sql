-- Who judges an appeal must see what it is about. Where policy says so, an event that counted as non-coding leaves a short excerpt
-- with secrets and personal data masked, for a term. It stands apart from ledger and state: those are kept, excerpts are not.

create table excerpts (
  account_id text collate "C" not null references accounts,
  event_id   text not null,
  time       bigint not null,
  excerpt    text not null check (length(excerpt) between 1 and 1000),
  -- account time, as all times here that are not of the clock on the wall
  expires_at bigint not null check (expires_at > time),
  primary key (account_id, event_id)
);
create index excerpts_by_expiry on excerpts (expires_at);

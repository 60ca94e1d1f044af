-- Who looks at what is held against a person is itself on record: every read of an account's summary, entitlement, timeline,
-- notices and appeals leaves a row here before anything is shown.

create table evidence_access (
  account_id text collate "C" not null references accounts,
  access_id  bigint generated always as identity,
  key_id     text not null,
  what       text not null,
  read_at    timestamptz not null default now(),
  primary key (account_id, access_id)
);

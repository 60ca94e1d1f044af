-- One PostgreSQL holds the truth: what is known of each account, what was decided about it, what it advanced by besides its
-- events, and what must still be told to gateways. Everything that belongs to an account leads its key with the account, so
-- that accounts can be distributed. A commit writes all of it in one transaction.

create table accounts (
  account_id      text collate "C" primary key,
  -- grows by one with every commit; a writer that read an older one has lost and starts again
  version         bigint not null check (version > 0),
  ordinal         bigint not null check (ordinal >= 0),
  seq             bigint not null check (seq >= 0),
  account_time    bigint not null,
  plan            text check (plan in ('lite', 'pro', 'max')),
  restriction     text not null check (restriction in ('none', 'throttle', 'suspension', 'ban')),
  restriction_until bigint check (restriction_until is null or restriction = 'suspension'),
  -- the next moment at which time alone may change something
  due_at          bigint,
  -- hash of the last ledger entry
  chain_head      bytea not null check (octet_length(chain_head) = 32),
  state           bytea not null
) with (fillfactor = 70);
alter table accounts alter column state set storage plain;
create index accounts_due on accounts (due_at) where due_at is not null;

-- Ids of the last 15 minutes, 8 bytes each, by the five-minute slot of the event's own time.
create table account_ids (
  account_id text collate "C" not null references accounts,
  slot       bigint not null,
  ids        bytea not null check (octet_length(ids) % 8 = 0),
  primary key (account_id, slot)
) with (fillfactor = 70);

-- What was decided. The hash covers a salted digest of the entry, so that entry and salt can be erased and the chain verifies.
create table ledger (
  account_id text collate "C" not null references accounts,
  seq        bigint not null check (seq > 0),
  entry      text,
  salt       bytea check (octet_length(salt) = 16),
  digest     bytea not null check (octet_length(digest) = 32),
  hash       bytea not null check (octet_length(hash) = 32),
  written_at timestamptz not null default now(),
  primary key (account_id, seq),
  check ((entry is null) = (salt is null))
);

-- Commands, and ticks that had an effect: with the events of the log they give the ledger again.
create table inputs (
  account_id text collate "C" not null references accounts,
  ordinal    bigint not null check (ordinal > 0),
  input      jsonb not null,
  primary key (account_id, ordinal)
);

create table violations (
  account_id text collate "C" not null references accounts,
  violation_id text not null,
  rule       text not null,
  severity   text not null check (severity in ('minor', 'major', 'critical')),
  category   text not null,
  status     text not null check (status in ('active', 'voided', 'expired')),
  at         bigint not null,
  primary key (account_id, violation_id)
);

create table appeals (
  account_id   text collate "C" not null,
  appeal_id    text not null,
  violation_id text not null,
  status       text not null check (status in ('open', 'claimed', 'upheld', 'overturned')),
  reviewer     text,
  lease_until  bigint,
  primary key (account_id, appeal_id),
  foreign key (account_id, violation_id) references violations,
  check (status = 'open' or reviewer is not null)
);
create unique index appeals_one_open on appeals (account_id, violation_id) where status in ('open', 'claimed');
create index appeals_by_status on appeals (status);

create table notices (
  account_id text collate "C" not null references accounts,
  notice_id  text not null,
  seq        bigint not null,
  notice     jsonb not null,
  primary key (account_id, notice_id)
);

-- What gateways must hear. The relay gives each row its cursor after the commit, so that none passes one that commits later.
create table outbox (
  account_id  text collate "C" not null references accounts,
  version     bigint not null check (version > 0),
  entitlement jsonb not null,
  cursor      bigint unique,
  primary key (account_id, version)
);
create index outbox_waiting on outbox (account_id, version) where cursor is null;

create table shadow_matches (
  account_id text collate "C" not null references accounts,
  at         bigint not null,
  rule       text not null,
  rules_version text not null,
  match      jsonb not null,
  primary key (account_id, rule, at)
);

-- Rule sets by the account time from which each is in force.
create table rule_sets (
  version        text not null,
  effective_from bigint not null primary key,
  documents      jsonb not null,
  promoted_by    text not null,
  promoted_at    timestamptz not null default now()
);

-- How far a source has been read: what holds ticks back.
create table positions (
  source        text primary key,
  greatest_time bigint not null,
  at_end_since  timestamptz
);

create table api_keys (
  key_id     text primary key,
  role       text not null check (role in ('gateway', 'support', 'analyst', 'admin')),
  key_hash   bytea not null unique check (octet_length(key_hash) = 32),
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

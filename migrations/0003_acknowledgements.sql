-- A decision has reached an account only when its gateway enforces it: each gateway instance says which version of an
-- entitlement it has come to, so that support sees an overturned restriction gone where it counts.

create table acknowledgements (
  account_id text collate "C" not null,
  key_id     text not null,
  instance   text not null,
  version    bigint not null,
  acknowledged_at timestamptz not null default now(),
  primary key (account_id, key_id, instance),
  foreign key (account_id, version) references outbox
);

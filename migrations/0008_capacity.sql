-- How much a plan grants will depend on how busy the models are, which gateways tell. Of each the newest word counts, whichever way and
-- in whichever order it came.

create table capacity (
  -- http:<key id>, kafka:<record's key>, or kafka/<partition> where a record has no key
  source      text collate "C" not null,
  instance    text collate "C" not null,
  utilization double precision not null check (utilization between 0 and 1),
  -- milliseconds: when it was measured
  at          bigint not null check (at >= 0),
  received_at timestamptz not null default now(),
  primary key (source, instance)
);

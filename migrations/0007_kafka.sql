-- Kafka keeps the events, PostgreSQL keeps how far each partition has been taken: the position moves in the transaction that
-- writes what the events caused. What goes out to Kafka is told from here as well, in the order of cursors that are given out
-- after the commit, and how far that has come stands here too.

-- Whoever is assigned a partition raises its epoch and may move the position only under that one: a worker that was taken for
-- dead and is not finds its commits refused.
create table kafka_positions (
  topic       text not null,
  partition   int not null check (partition >= 0),
  epoch       bigint not null check (epoch > 0),
  -- offset of the first event that is not taken yet
  next_offset bigint not null check (next_offset >= 0),
  -- what holds ticks back, as in positions
  greatest_time bigint,
  at_end_since  timestamptz,
  primary key (topic, partition)
) with (fillfactor = 70);

-- Where an account's events come from, whose progress holds its ticks back: 'http', or topic/partition.
alter table accounts add column source text not null default 'http';
drop index accounts_due;
create index accounts_due on accounts (source, due_at, account_id) where due_at is not null;

-- An account lives on one partition, which the number of partitions decides: as many as at the first start, for ever.
create table kafka_topics (
  topic      text primary key,
  partitions int not null check (partitions > 0)
);

-- Events that cannot be taken, as they came, under their place in the log.
create table dead_letters (
  topic       text not null,
  partition   int not null check (partition >= 0),
  log_offset  bigint not null check (log_offset >= 0),
  key         bytea,
  value       bytea,
  -- milliseconds: when the log took it
  logged_at   bigint not null,
  path        text not null,
  reason      text not null,
  written_at  timestamptz not null default now(),
  redriven_at timestamptz,
  cursor      bigint unique,
  primary key (topic, partition, log_offset)
);
create sequence dead_letter_cursors;
create index dead_letters_waiting on dead_letters (topic, partition, log_offset) where cursor is null;

alter table notices add column cursor bigint unique;
-- a notice goes with its account when that is erased, and its cursor must not come again
create sequence notice_cursors;
create index notices_waiting on notices (account_id, seq) where cursor is null;

-- The cursor up to which everything is on its topic.
create table published (
  topic            text primary key,
  published_cursor bigint not null check (published_cursor >= 0)
);

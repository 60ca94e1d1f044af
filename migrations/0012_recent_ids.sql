-- A commit that writes an account's row should not have to write another one for the ids that came with it: the last few of the ids
-- that an account remembers stand in its own row, and go to rows of account_ids together.

-- Slots that are remembered, how many of each one's ids are in account_ids, and those that are not; empty: all are.
alter table accounts add column recent_ids bytea not null default '';
alter table accounts alter column recent_ids set storage plain;

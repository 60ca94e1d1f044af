-- Whoever watches must see for how long a decision has been waiting to be told, whichever process has stopped telling.

alter table outbox add column written_at timestamptz not null default now();

-- Who judges an appeal should see not only what a request said but what spoke for and against it. The words for that come from a
-- closed vocabulary and hold nothing of the text; they go with the excerpt, after the same term.

alter table excerpts add column signals jsonb not null default '[]' check (jsonb_typeof(signals) = 'array');

/** The keys of PostgreSQL's advisory locks that are taken here; two of one value would wait for each other. */
export const LOCK = {
  /** Migrations, one process at a time. */
  migration: 7_311_001,
  /** Giving out cursors, one relay at a time. */
  relay: 7_311_002,
  /** Whoever writes what rules decided holds it together with others, a promotion of rules alone. */
  rules: 7_311_003,
  /** Publishing to Kafka: the process whose connection holds it. */
  publishing: 7_311_004,
} as const

import type { KafkaSettings } from '../config.ts'
import { type Db, type Reader, together, transaction } from '../db.ts'
import { giveAllCursors } from '../persist/cursors.ts'
import { readDeadLettersBehind } from '../persist/deadLetters.ts'
import { readNoticesBehind } from '../persist/notices.ts'
import { waitRelayLock } from '../persist/outbox.ts'
import { BEAT_MS, takePublishingLead } from '../persist/publishingLead.ts'
import { readForTopic } from '../persist/tombstones.ts'
import type { Kafka } from '../publish/kafka/client.ts'
import type { Outgoing } from '../publish/kafka/leading.ts'
import { deadLetterMessage, entitlementMessage, noticeMessage } from '../publish/kafka/messages.ts'
import { Publisher } from '../publish/kafka/publisher.ts'
import type { Outbox } from '../publish/relay.ts'

/** An outbox of which notices and dead letters go out too; whoever publishes hears its news, unless this process does so itself. */
export const outboxOf = (db: Db, isPublishing = () => false): Outbox => ({
  relay: (most) =>
    transaction(db, async (tx) => {
      // The lock is waited for: what another relay is giving out now may not hold what was just committed here.
      const [, given] = await together([waitRelayLock(tx), giveAllCursors(tx, most, isPublishing())])
      return given
    }),
})

/** The publisher of a database to the topics of the settings. */
export const publisherOf = (
  db: Db,
  kafka: Kafka,
  topics: KafkaSettings['topics'],
  failed: (error: unknown) => void,
): Publisher =>
  new Publisher({
    kafka,
    async takeLead() {
      const lead = await takePublishingLead(db)
      return lead && { ...lead, outgoing: outgoingOf(lead.reader, topics) }
    },
    beatMs: BEAT_MS,
    transactionalId: `${topics.entitlements}.publisher`,
    failed,
  })

/** What goes out of a database, on which topic. */
export const outgoingOf = (db: Reader, topics: KafkaSettings['topics']): Outgoing[] => [
  {
    topic: topics.entitlements,
    read: async (since, most) => (await readForTopic(db, since, most)).map(entitlementMessage),
  },
  {
    topic: topics.notices,
    read: async (since, most) => (await readNoticesBehind(db, since, most)).map(noticeMessage),
  },
  {
    topic: topics['dead-letters'],
    read: async (since, most) => (await readDeadLettersBehind(db, since, most)).map(deadLetterMessage),
  },
]

import { createHash } from 'node:crypto'
import type { EnforcementEvent } from '../decide/events.ts'
import type { Language, NoticeKind, Wording } from '../evaluate/documents.ts'
import { type Record, type Statement, statements, violationOf } from './statement.ts'

/** What the holder is told of one ledger entry, in every language. */
export interface Notice {
  id: string
  kind: NoticeKind
  /** Whether the engine decided by itself. */
  automated: boolean
  restrictionId?: string
  violationId?: string
  appealId?: string
  statement: { [L in Language]: Statement }
}

/** The notice that an entry owes its holder, if any; its id derives from the account and the entry's place. */
export function noticeOf(
  record: Record,
  notices: { [L in Language]: Wording },
  accountId: string,
  seq: number,
  actor: string,
): Notice | undefined {
  const kind = kindOf(record.event, actor)
  if (!kind) return undefined
  const violationId = violationOf(record)?.id
  const id = `ntc_${createHash('sha256')
    .update(JSON.stringify([accountId, seq]))
    .digest('hex')
    .slice(0, 20)}`
  return {
    id,
    kind,
    automated: actor === 'system',
    ...about(record.event),
    ...(violationId ? { violationId } : {}),
    statement: statements(kind, record, notices),
  }
}

function about(event: EnforcementEvent): Pick<Notice, 'restrictionId' | 'appealId'> {
  switch (event.type) {
    case 'RestrictionImposed':
    case 'RestrictionEased':
      return { restrictionId: event.restriction.id }
    case 'RestrictionLifted':
      return { restrictionId: event.restrictionId }
    case 'AppealFiled':
      return { appealId: event.appeal.id }
    case 'AppealDecided':
      return { appealId: event.appealId }
    default:
      return {}
  }
}

function kindOf(event: EnforcementEvent, actor: string): NoticeKind | undefined {
  switch (event.type) {
    case 'RestrictionImposed':
      if (event.carriedOver) return 'banRemembered'
      if (event.restriction.kind === 'ban' && actor !== 'system') return 'banConfirmed'
      return event.restriction.kind === 'suspension' && event.restriction.until === undefined
        ? 'banProposed'
        : event.restriction.kind
    case 'RestrictionEased':
      if (event.reason === 'term_ended') return 'probation'
      return event.restriction.kind === 'suspension' ? 'easedToSuspension' : 'easedToThrottle'
    case 'RestrictionLifted':
      return event.reason === 'recovered' ? 'recovered' : 'liftedByReviewer'
    case 'AppealFiled':
      return 'appealFiled'
    case 'AppealDecided':
      return event.outcome === 'upheld' ? 'appealUpheld' : 'appealOverturned'
    default:
      return undefined
  }
}

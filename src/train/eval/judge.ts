import { initialSessions, type Label, label, type SessionMemory } from '../../classify/label.ts'
import type { Model } from '../../classify/model.ts'
import { score } from '../../classify/score.ts'
import type { Row } from '../data.ts'

/** What a classifier says of a row. */
export interface Verdict {
  /** probability */
  nonCoding: number
  label: Label
}

/** A row as a classifier judges it, by the path that live requests take. */
export interface Judged {
  row: Row
  /** by text and context alone */
  alone: Verdict
  /** with the turns before it, where it stands in a session; else the same */
  verdict: Verdict
  /** its place in the session, from 1; 0 outside sessions */
  turn: number
  /** its place, from 1, among the turns since the session last changed between coding and anything else; 0 before a change */
  sinceChange: number
}

/** What is known of a session after some of its turns. */
interface Session {
  memory: SessionMemory
  turns: number
  target: Row['target']
  sinceChange: number
}

/** Judges rows, of which the turns of a session come in order, each by the model that `modelOf` names. */
export function judge(rows: readonly Row[], modelOf: (row: number) => Model): Judged[] {
  const sessions = new Map<string, Session>()
  return rows.map((row, i) => {
    const model = modelOf(i)
    const own = score(row, model)
    const say = (id: string | undefined, memory: SessionMemory, at: number) => label(own, id, at, memory, model)
    const alone = verdictOf(say(undefined, initialSessions, 0))
    if (row.session === undefined) return { row, alone, verdict: alone, turn: 0, sinceChange: 0 }
    const before = sessions.get(row.session) ?? begun(row)
    const said = say(row.session, before.memory, before.turns * 1000)
    const sinceChange = before.target !== row.target ? 1 : before.sinceChange && before.sinceChange + 1
    const turns = before.turns + 1
    sessions.set(row.session, { memory: said.sessions, turns, target: row.target, sinceChange })
    return { row, alone, verdict: verdictOf(said), turn: turns, sinceChange }
  })
}

const begun = ({ target }: Row): Session => ({ memory: initialSessions, turns: 0, target, sinceChange: 0 })

const verdictOf = ({ classification: { nonCoding, label } }: { classification: Verdict }): Verdict => ({
  nonCoding,
  label,
})

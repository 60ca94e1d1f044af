import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { initialSessions, type Label, label, type SessionMemory } from '../../src/classify/label.ts'
import { recall } from '../../src/classify/memory.ts'
import { type Score, type ScoreInput, score } from '../../src/classify/score.ts'
import { shipped } from './shipped.ts'

/** Plays turns of one session and returns their labels. */
function play(turns: readonly (string | ScoreInput)[], context: Omit<ScoreInput, 'text'> = {}): Label[] {
  let sessions = initialSessions
  return turns.map((turn, i) => {
    const input = typeof turn === 'string' ? { text: turn } : turn
    const labelled = label(score({ ...context, ...input }, shipped), 'one', i * 30_000, sessions, shipped)
    sessions = labelled.sessions
    return labelled.classification.label
  })
}

const agent = { client: 'claude-cli/2.0.14 (external, cli)', tools: ['Bash', 'Read', 'Edit', 'Write', 'Grep'] }
const work = [
  'The invoice export drops the last row when the file has no trailing newline. Find out where in src/export/csv.ts and add a test.',
  {
    text: "src/export/csv.ts\n12: const lines = text.split('\\n')\n13: lines.pop()\n14: return lines.map(parseRow)",
    role: 'tool' as const,
  },
  'right, only pop when the last one is empty. then run the unit tests again',
  { text: 'Test Files  4 passed (4)\n     Tests  31 passed (31)\n  Duration  1.12s', role: 'tool' as const },
]
const fiction = [
  'Write the next chapter of my romance. Elena waits at the station in the rain and he does not come. Long sentences, a lot of longing.',
  'More of the quarrel between Elena and her mother, and end it with her slamming the door and walking into the storm.',
  'Now the letter he wrote her, tender and full of regret, about two pages, in the voice of a man who has never apologised.',
]
const chineseWork = [
  '订单列表接口查询太慢，给 orders 表加联合索引，并把 OrderMapper.xml 里的 SQL 改成分页查询',
  '单元测试报错了：NullPointerException at OrderServiceTest.java:57，帮我修一下这个问题',
]
const chineseFiction = [
  '写一段言情小说，女主角在樱花树下等了他三年，他终于回来却已经忘了她，要写得虐心一点',
  '接着写下一章，男主失忆之后又爱上了她，两个人在雨中重逢，情节要甜，多一点对话和心理描写',
]

describe('a session', () => {
  it('makes a short turn what the turns before it were', () => {
    expect(play([...work, 'continue'], agent)).toEqual(['coding', 'coding', 'coding', 'coding', 'coding'])
    expect(play([...fiction, 'continue']).at(-1)).toBe('non_coding')
    expect(play([...chineseWork, '继续'], agent).at(-1)).toBe('coding')
    expect(play([...chineseFiction, '继续']).at(-1)).toBe('non_coding')
  })

  it('that begins with a few words is held to nothing by them', () => {
    const openings = [
      'can you do the second one too',
      'and now the last',
      'go on',
      'make it shorter',
      '再来一个',
      '下一个',
      'ok thanks',
    ]
    for (const opening of openings) expect(play([opening], agent), opening).not.toEqual(['non_coding'])
  })

  it('of fiction behind a coding client is still fiction', () => {
    expect(play(fiction, agent)).toEqual(['non_coding', 'non_coding', 'non_coding'])
  })

  it('is not made of one text that a stuck agent repeats', () => {
    const nagging = (times: number) => {
      let sessions = initialSessions
      for (let i = 0; i < times; i++)
        sessions = label(score({ text: fiction[0]! }, shipped), 'one', 9, sessions, shipped).sessions
      return sessions
    }
    expect(nagging(5)).toEqual(nagging(1))
    const labels = play([fiction[0]!, fiction[0]!, fiction[0]!, fiction[0]!, fiction[0]!, work[1]!], agent)
    expect(labels.at(-1)).not.toBe('non_coding')
  })

  it('remembers a text again that comes back after another', () => {
    const turns = [fiction[0]!, fiction[1]!, fiction[0]!]
    let sessions = initialSessions
    for (const text of turns) sessions = label(score({ text }, shipped), 'one', 9, sessions, shipped).sessions
    expect(recall(sessions, 0).turns).toBe(3)
  })

  it('of coding survives a tool result full of prose', () => {
    const prose = {
      role: 'tool' as const,
      text: 'locales/en.json\n{ "welcome": "Welcome back, dear guest! We saved your table by the window and the candles are lit." }',
    }
    expect(
      play([...work, prose, 'the key is missing in locales/de.json, add it and rerun the i18n check'], agent),
    ).not.toContain('non_coding')
  })

  it('is judged alone where there is no session id, and leaves no memory', () => {
    const { sessions, classification } = label(
      score({ text: fiction[0]! }, shipped),
      undefined,
      0,
      initialSessions,
      shipped,
    )
    expect(sessions).toBe(initialSessions)
    expect(classification.label).toBe('non_coding')
  })
})

const anyScore: fc.Arbitrary<Score> = fc.record(
  {
    nonCoding: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1)),
    evidence: fc.double({ min: 0, max: 1, noNaN: true }),
    classifier: fc.constant('edge'),
    role: fc.constantFrom('user' as const, 'tool' as const),
    category: fc.constantFrom('creative_writing', 'debugging', 'unheard of'),
  },
  { requiredKeys: ['nonCoding', 'evidence', 'classifier'] },
)
const anyTurns = fc.array(fc.tuple(anyScore, fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 1e12 })), {
  maxLength: 60,
})

function remembered(turns: readonly [Score, number, number][]): SessionMemory {
  return turns.reduce((memory, [one, id, at]) => label(one, `s${id}`, at, memory, shipped).sessions, initialSessions)
}

describe('label', () => {
  it('takes an asserted 0 or 1 with full evidence at its word, whatever the session says', () => {
    fc.assert(
      fc.property(
        anyTurns,
        fc.constantFrom(0, 1),
        fc.constantFrom('user' as const, 'tool' as const, undefined),
        (turns, nonCoding, role) => {
          const asserted = { nonCoding, evidence: 1, classifier: 'edge', role }
          const memory = remembered(turns)
          for (const id of ['s0', 's1', 'new', undefined])
            expect(label(asserted, id, 5, memory, shipped).classification.label).toBe(
              nonCoding === 1 ? 'non_coding' : 'coding',
            )
        },
      ),
    )
  })

  it('changes neither its arguments nor its mind', () => {
    fc.assert(
      fc.property(anyTurns, anyScore, (turns, one) => {
        const memory = remembered(turns)
        const before = memory.slice()
        const labelled = label(one, 's3', 77, memory, shipped)
        expect(memory).toEqual(before)
        expect(label(one, 's3', 77, memory, shipped)).toEqual(labelled)
        expect(Number.isFinite(labelled.classification.confidence)).toBe(true)
      }),
    )
  })

  it('reads of a request nothing but the score: one that went through JSON gives the same label and memory', () => {
    const contexts = [{}, agent]
    for (const [i, text] of [...fiction, ...chineseWork, 'continue'].entries()) {
      const local = score({ text, ...contexts[i % 2]! }, shipped)
      const memory = remembered([[local, 1, 1]])
      const [here, there] = [
        label(local, 's1', 2, memory, shipped),
        label(JSON.parse(JSON.stringify(local)) as Score, 's1', 2, memory, shipped),
      ]
      expect(there.sessions).toEqual(here.sessions)
      expect(there.classification).toEqual(here.classification)
    }
  })

  it('never calls a terse turn non-coding that stands alone or opens a session', () => {
    for (const text of ['continue', '继续', 'go on', 'yes', '好', 'next', 'ok, do it'])
      for (const id of ['new', undefined])
        expect(label(score({ text }, shipped), id, 0, initialSessions, shipped).classification.label).not.toBe(
          'non_coding',
        )
  })
})

describe('the memory of sessions', () => {
  it('stays within 256 bytes with 1,000 sessions that interleave', () => {
    let memory = initialSessions
    const one = score({ text: fiction[0]! }, shipped)
    for (let i = 0; i < 5000; i++) memory = label(one, `session ${(i * 7919) % 1000}`, i, memory, shipped).sessions
    expect(memory.length).toBe(256)
  })

  it('forgets the session that was seen longest ago, not the one in use', () => {
    const clear = score({ text: fiction[0]! }, shipped)
    const terse = score({ text: 'continue' }, shipped)
    let memory = label(clear, 'kept', 0, initialSessions, shipped).sessions
    memory = label(clear, 'lost', 1, memory, shipped).sessions
    for (let i = 0; i < 7; i++) {
      memory = label(clear, 'kept', 10 + 2 * i, memory, shipped).sessions
      memory = label(clear, `other ${i}`, 11 + 2 * i, memory, shipped).sessions
    }
    expect(label(terse, 'kept', 99, memory, shipped).classification.label).toBe('non_coding')
    expect(label(terse, 'lost', 99, memory, shipped).classification.label).toBe('unsure')
  })

  it('keeps sessions apart: what happens in one changes no label of another', () => {
    fc.assert(
      fc.property(anyTurns, anyScore, (turns, one) => {
        const few = turns.filter(([, id]) => id < 6)
        const mixed = remembered(few)
        const own = remembered(few.filter(([, id]) => id === 2))
        expect(label(one, 's2', 9, mixed, shipped).classification).toEqual(
          label(one, 's2', 9, own, shipped).classification,
        )
      }),
    )
  })

  it('takes late turns like any other, and a late turn does not age its session', () => {
    const [clear, other] = [work[0], work[2]].map((text) => score({ text: text as string }, shipped))
    const { sessions } = label(clear!, 'a', 9000, initialSessions, shipped)
    const late = label(other!, 'a', 1000, sessions, shipped).sessions
    const { lastSeen, turns } = recall(late, 0)
    expect([lastSeen, turns]).toEqual([9000, 2])
  })
})

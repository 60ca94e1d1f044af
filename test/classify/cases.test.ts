import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OWN } from '../../src/train/data.ts'
import { cases, type JudgedCase, judgeCases } from './cases.ts'
import { shipped } from './shipped.ts'

const alone = cases.filter(({ session }) => session === undefined)
const turns = cases.filter(({ session }) => session !== undefined)
const names = [...new Set(turns.map(({ session }) => session))]

describe('the cases', () => {
  it('are at least 400 requests and 30 sessions', () => {
    expect(alone.length).toBeGreaterThanOrEqual(400)
    expect(names.length).toBeGreaterThanOrEqual(30)
  })

  it('have ids of their own, a reason, and a label and a language that exist', () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length)
    for (const one of cases) {
      expect(one, one.id).toMatchObject({
        text: expect.stringMatching(/\S/),
        category: expect.stringMatching(/^[a-z_]+$/),
        why: expect.stringMatching(/\S/),
        label: expect.stringMatching(/^(coding|non_coding)$/),
        lang: expect.stringMatching(/^(en|zh|mixed|other)$/),
      })
      expect(['user', 'tool', undefined], one.id).toContain(one.role)
    }
  })

  it('hold whole sessions: 8 to 20 turns in order, of one kind, with labels that fit the kind', () => {
    for (const name of names) {
      const session = turns.filter((turn) => turn.session === name)
      const kinds = new Set(session.map(({ kind }) => kind))
      const coding = session.filter((turn) => turn.label === 'coding').length / session.length
      expect(session.length, name).toBeGreaterThanOrEqual(8)
      expect(session.length, name).toBeLessThanOrEqual(20)
      expect(
        session.map(({ turn }) => turn),
        name,
      ).toEqual(session.map((_, i) => i + 1))
      expect(kinds.size, name).toBe(1)
      if (kinds.has('genuine')) expect(coding, name).toBeGreaterThan(0.8)
      else if (kinds.has('misuse')) expect(coding, name).toBe(0)
      else expect(coding > 0 && coding < 1 && kinds.has('mixed'), name).toBe(true)
    }
  })

  it('are nothing that the classifier learned from', () => {
    const learned = new Set(
      readdirSync(OWN)
        .filter((name) => name.endsWith('.jsonl'))
        .flatMap((name) => readFileSync(join(OWN, name), 'utf8').split('\n'))
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { text: string }).text.trim()),
    )
    // that two people say "go on" is no copy
    const told = cases.filter((one) => one.needs_context === undefined && one.text.length > 4)
    expect(told.filter(({ text }) => learned.has(text.trim())).map(({ id }) => id)).toEqual([])
  })
})

const share = (judged: JudgedCase[], label: 'coding' | 'non_coding') => {
  const those = judged.filter((one) => one.case.label === label)
  return those.filter((one) => one.label === 'non_coding').length / those.length
}

describe('the classifier that ships, on the cases', () => {
  const judged = judgeCases(shipped)
  const requests = judged.filter((one) => one.case.session === undefined)
  const inSessions = judged.filter((one) => one.case.session !== undefined)

  it('calls few coding requests non-coding and finds most of the others', () => {
    expect(share(requests, 'coding')).toBeLessThanOrEqual(0.012)
    expect(share(requests, 'non_coding')).toBeGreaterThanOrEqual(0.6)
  })

  it('calls few coding turns of sessions non-coding and finds nearly all of the others', () => {
    expect(share(inSessions, 'coding')).toBeLessThanOrEqual(0.02)
    expect(share(inSessions, 'non_coding')).toBeGreaterThanOrEqual(0.9)
  })

  it.each(names.filter((name) => turns.some((turn) => turn.session === name && turn.kind === 'genuine')))(
    'calls fewer than half of the turns of the genuine session %s non-coding',
    (name) => {
      const session = inSessions.filter((one) => one.case.session === name)
      expect(session.filter(({ label }) => label === 'non_coding').length).toBeLessThan(session.length / 2)
    },
  )

  it.each(names.filter((name) => turns.some((turn) => turn.session === name && turn.kind === 'misuse')))(
    'calls more than half of the turns of the misuse session %s non-coding',
    (name) => {
      const session = inSessions.filter((one) => one.case.session === name)
      expect(session.filter(({ label }) => label === 'non_coding').length).toBeGreaterThan(session.length / 2)
    },
  )
})

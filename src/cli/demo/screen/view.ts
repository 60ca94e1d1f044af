import { styleText } from 'node:util'
import type { Decision } from '../../decisions.ts'
import type { Standing } from '../records.ts'
import { bar, cell, cellRight, columnsOf, duration, longTime, number, shortTime, wrap } from './text.ts'
import { type DemoTraffic, LABEL_NAMES, LABELS, sum } from './traffic.ts'

/** All that the live view shows. */
export interface DemoScreen {
  /** Where the server listens. */
  address: string
  at: number
  /** 0 to 1. */
  progress: number
  traffic: DemoTraffic
  /** Accounts under a restriction. */
  accounts: readonly Standing[]
  decisions: Decision[]
}

const WIDEST = 120
const LABEL = 12
const ACCOUNT = 14
/** Never an empty line: after a change that ends with one, log-update loses its place. */
const BLANK = ' '
const COLORS = { coding: 'green', non_coding: 'red', unsure: 'yellow' } as const
const DECIDED = {
  throttled: 'yellow',
  suspended: 'magenta',
  banned: 'red',
  'on probation': 'cyan',
  'back to normal': 'green',
} as const
const IN_FORCE = { none: 'green', throttle: 'yellow', suspension: 'magenta', ban: 'red' } as const

/** The view as lines that fit a terminal of this size, one row left free for the cursor. */
export function demoFrame(screen: DemoScreen, columns: number, rows: number): string {
  const width = Math.min(columns, WIDEST)
  const height = Math.min(rows, 40) - 1
  const top = [...header(screen, width), ...traffic(screen, width)]
  const left = height - top.length
  const inForce = restrictions(screen, width, Math.max(3, Math.floor(left / 2)))
  const last = decisions(screen, width, left - inForce.length)
  return [...top, ...inForce, ...last].slice(0, Math.max(1, height)).join('\n')
}

function header({ address, at, progress }: DemoScreen, width: number): string[] {
  const title = cell(`Lanekeeper on ${address} · a simulated gateway · Ctrl-C stops`, width)
  const time = `${longTime(at)}  `
  const room = Math.max(0, width - time.length - 6)
  const full = Math.round(progress * room)
  const percent = cellRight(`${Math.floor(progress * 100)} %`, 6)
  return [
    styleText('dim', title),
    styleText('bold', time) + styleText('cyan', '━'.repeat(full)) + styleText('dim', '━'.repeat(room - full)) + percent,
    BLANK,
  ]
}

function traffic({ traffic: { lastHour, total, hours } }: DemoScreen, width: number): string[] {
  const room = Math.max(8, width - LABEL - 26)
  const all = Math.max(1, sum(lastHour))
  const line = (label: (typeof LABELS)[number]) =>
    cell(LABEL_NAMES[label], LABEL) +
    styleText(COLORS[label], cell(bar(lastHour[label] / all, room), room)) +
    cellRight(number(lastHour[label]), 8) +
    styleText(
      'dim',
      cellRight(`${Math.round((100 * lastHour[label]) / all)} %`, 7) + cellRight(number(total[label]), 11),
    )
  const heading = cell('Traffic', LABEL) + cell('', room) + cellRight('last hour', 15) + cellRight('so far', 11)
  const history = (name: string, values: number[]) =>
    cell(name, LABEL) + cell(columnsOf(values.slice(-(width - LABEL))), width - LABEL)
  return [
    styleText('bold', heading),
    ...LABELS.map(line),
    styleText('dim', history('by the hour', hours.map(sum))),
    BLANK,
  ]
}

function restrictions({ accounts, at }: DemoScreen, width: number, most: number): string[] {
  const lines = accounts.map((one) => restriction(one, at, width))
  const shown = lines.length > most - 2 ? [...lines.slice(0, most - 3), `and ${lines.length - most + 3} more`] : lines
  const none = [styleText('dim', cell('none', width))]
  return [styleText('bold', cell('Restrictions in force', width)), ...(lines.length > 0 ? shown : none), BLANK]
}

function restriction(one: Standing, at: number, width: number): string {
  const { kind } = one.restriction
  const rest = Math.max(0, width - ACCOUNT - 18)
  return (
    cell(one.accountId, ACCOUNT) +
    cell(one.plan ?? '', 6) +
    styleText(IN_FORCE[kind], cell(kind, 12)) +
    cell(appealOf(one) + outlook(one, at), rest)
  )
}

/** The appeal that nobody has decided yet. */
function appealOf({ appeals }: Standing): string {
  const open = appeals.find(({ status }) => status === 'open' || status === 'claimed')
  return open ? `appeal ${open.status} · ` : ''
}

/** What ends the restriction, and how far the account has come. */
function outlook({ restriction: { kind, since, until }, recovery }: Standing, at: number): string {
  if (kind === 'ban') return 'until an appeal is won'
  if (kind === 'suspension') {
    const end = until ? Date.parse(until) : undefined
    return end === undefined
      ? 'until a person has decided on the ban'
      : `until ${shortTime(end)}, ${duration(end - at)} left`
  }
  if (!recovery) return ''
  const { coding, requests, needed } = recovery
  const left = Math.ceil(needed.minutes - (at - Date.parse(since!)) / 60_000)
  const wait = left > 0 ? `, ${left} min to go` : ''
  const bars = Math.min(10, Math.round((10 * coding) / Math.max(1, needed.coding)))
  return `${'▰'.repeat(bars)}${'▱'.repeat(10 - bars)} ${coding} of ${requests} coding, needs ${needed.coding}${wait}`
}

/** The last decisions that cell, the newest at the top. */
function decisions({ decisions: all }: DemoScreen, width: number, height: number): string[] {
  const lines = [styleText('bold', cell('Last decisions', width))]
  for (const { at, kind, sentence } of [...all].reverse()) {
    const wrapped = wrap(`${shortTime(at)}  ${sentence}`, width, 11)
    if (lines.length + wrapped.length > height) break
    lines.push(
      ...wrapped.map((line, index) => (index === 0 ? line.replace(kind, styleText(DECIDED[kind], kind)) : line)),
    )
  }
  while (lines.length < height) lines.push(BLANK)
  return lines
}

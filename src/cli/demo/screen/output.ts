import canonicalize from 'canonicalize'
import type { LedgerEntry } from '../../../account.ts'
import type { Decision } from '../../decisions.ts'
import { print, tell } from '../../output.ts'
import { inWords } from '../../outputFile.ts'
import type { Played } from '../play.ts'
import type { Records } from '../records.ts'
import { decisionLine, demoLines } from './lines.ts'
import { demoLive } from './live.ts'
import type { DemoScreen } from './view.ts'

/** What is told so far, but how accounts stand: that is looked up for a picture only. */
export type Told = Omit<DemoScreen, 'accounts'>

/** Where the demo is told: on a terminal, as lines, or as a ledger. */
export interface DemoOutput {
  /** The first word. */
  begin(line: string): void
  stretch(played: Played, decided: readonly Decision[], told: Told): void | Promise<void>
  /** The day is over. */
  end(ending: string): void | Promise<void>
  /** What happens after that. */
  later(entries: readonly LedgerEntry[], decided: readonly Decision[]): void | Promise<void>
  /** It ends, perhaps before its time. */
  close(): void
}

/** A live view on stdout, which is a terminal. */
export function onTerminal({ standing }: Pick<Records, 'standing'>): DemoOutput {
  const view = demoLive(process.stdout)
  let isOpen = true
  return {
    begin: () => {}, // the view says it all the time
    async stretch({ restricted }, _decided, told) {
      if (view.isDue() || told.progress === 1) view.show({ ...told, accounts: await standing(restricted) })
    },
    end(ending) {
      isOpen = false
      view.leave()
      print(`\n${ending}`)
    },
    later: (_entries, decided) => {
      for (const one of decided) print(decisionLine(one))
    },
    close: () => {
      if (isOpen) view.remove()
    },
  }
}

/** Decisions and hourly traffic as lines on stdout; they throw a LanekeeperError when whoever read them is gone. */
export function asLines(): DemoOutput {
  return {
    begin: print,
    stretch: (played, decided, { traffic }) => write(demoLines(played, decided, traffic.lastHour)),
    end: (ending) => write(['', ending]),
    later: (_entries, decided) => write(decided.map(decisionLine)),
    close: () => {},
  }
}

/** The ledger on stdout, account by account as `ledger export` gives it, and what is said beside it on stderr. */
export function asLedger(): DemoOutput {
  const ledger = (entries: readonly LedgerEntry[]) => write(entries.map((entry) => canonicalize(entry)!))
  return { begin: tell, stretch: ({ entries }) => ledger(entries), end: tell, later: ledger, close: () => {} }
}

/** Writes lines to stdout at once, since somebody may be watching; returns when they are written. */
async function write(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  await new Promise<void>((done, fail) =>
    process.stdout.write(`${lines.join('\n')}\n`, (error) => (error ? fail(inWords('stdout', error)) : done())),
  )
}

import { ownPrompts } from '../../simulate/ownPrompts.ts'
import type { Language } from '../../simulate/persona.ts'
import type { PersonaName } from '../../simulate/personas.ts'
import type { Conversation, Prompts } from '../../simulate/prompts.ts'
import type { Row } from '../data.ts'

/** What one fold of the rows has to say. */
export interface LeftOut {
  /** By language and label, then by source: what was written for the purpose counts as one source. */
  singles: ReadonlyMap<string, readonly (readonly string[])[]>
  /** Languages with enough texts of both labels, beside English and Chinese. */
  others: readonly string[]
  /** By label. */
  tool: ReadonlyMap<Row['target'], readonly string[]>
  /** Whole sessions. */
  work: readonly Conversation[]
  page: readonly Conversation[]
  mixed: readonly Conversation[]
}

/** Misuse in which at least a tenth of the turns are coding. */
const MIXED = 0.1
/** Single texts that an account has of a kind, sources that they come from beside what was written, pages of a conversation. */
const TEXTS = 160
const SOURCES = 3
const PAGES = 12
/** Sessions that an account plays again and again: it keeps to its subjects. */
const SESSIONS = { work: 2, page: 5, mixed: 3 }
/** One account in so many speaks neither English nor Chinese. */
const OTHERS = 12
const LEAST_TEXTS = 25
/** Questions beside the work are short. */
const ASIDE = 240

/** Sorts the rows of a fold by what they can be used for. */
export function leftOut(rows: readonly Row[]): LeftOut {
  const singles = rows.filter(({ from, role }) => from !== 'session' && role === 'user')
  const bySpeech = Map.groupBy(singles, ({ lang, target }) => `${lang} ${target}`)
  const languages = [...new Set(singles.map(({ lang }) => lang))].filter((lang) => lang !== 'en' && lang !== 'zh')
  const isEnough = (lang: string) =>
    [0, 1].every((target) => (bySpeech.get(`${lang} ${target}`)?.length ?? 0) >= LEAST_TEXTS)
  const results = rows.filter(({ role, needsContext }) => role === 'tool' && !needsContext)
  const sessions = [...Map.groupBy(rows, ({ session }) => session)].flatMap(([id, own]) => (id ? [own] : []))
  const told = (test: (turns: readonly Row[]) => boolean) => sessions.filter(test).map(conversation)
  const misuse = (isMixed: boolean) => told((turns) => !turns[0]!.genuine && codingShare(turns) >= MIXED === isMixed)
  const [page, mixed] = [misuse(false), misuse(true)]
  return {
    singles: new Map([...bySpeech].map(([key, own]) => [key, sourcesOf(own)])),
    others: languages.filter(isEnough).sort(),
    tool: new Map(([0, 1] as const).map((target) => [target, textsOf(results.filter((one) => one.target === target))])),
    work: told(([first]) => first!.genuine),
    page: page.length > 0 ? page : mixed, // a small fold may lack one of them
    mixed: mixed.length > 0 ? mixed : page,
  }
}

const textsOf = (rows: readonly Row[]) => rows.map(({ text }) => text)
const conversation = (rows: readonly Row[]): Conversation => rows.map(({ text, role }) => ({ text, role }))
const codingShare = (rows: readonly Row[]) => rows.filter(({ target }) => target === 0).length / rows.length

/** The texts of each source, those that were written for the purpose first. */
function sourcesOf(rows: readonly Row[]): string[][] {
  const written = rows.filter(({ from }) => from === 'written')
  const sources = Map.groupBy(
    rows.filter(({ from }) => from === 'train'),
    ({ group }) => group,
  )
  return [written, ...sources.values()].map(textsOf).filter((texts) => texts.length > 0)
}

/**
 * What an account says that takes its words from one fold: half of its single texts were written for the purpose, half come from
 * a few repositories, each as often as the others. A writer's pages are those of whole sessions, all others' single texts.
 */
export function promptsOf(fold: LeftOut, persona: PersonaName, language: Language, next: () => number): Prompts {
  const pick = <T>(items: readonly T[]) => items[Math.floor(next() * items.length)]!
  const some = <T>(items: readonly T[], count: number) => {
    if (items.length === 0)
      throw new Error('a fold has nothing to say of some kind: there are too few rows and sessions')
    return Array.from({ length: count }, () => pick(items))
  }
  const isOther = next() * OTHERS < 1 && fold.others.length > 0
  const speech = isOther ? pick(fold.others) : language
  const texts = (target: Row['target'], fits: (text: string) => boolean = () => true) => {
    const known = fold.singles.get(`${speech} ${target}`) ?? fold.singles.get(`en ${target}`)!
    const sources = known.map((own) => own.filter(fits)).filter((own) => own.length > 0)
    const [written, ...others] = sources
    const few = others.length > 0 ? some(others, SOURCES) : [written!]
    return Array.from({ length: TEXTS }, () => pick(next() < 0.5 ? written! : pick(few)))
  }
  return {
    ...{ task: texts(0), tool: some(fold.tool.get(0)!, TEXTS), terse: ownPrompts[language].terse },
    aside: texts(1, ({ length }) => length < ASIDE),
    page: persona === 'writer' ? some(fold.page, SESSIONS.page) : conversations(texts(1)),
    work: some(fold.work, SESSIONS.work),
    mixed: some(fold.mixed, SESSIONS.mixed),
  }
}

/** Single texts, so many a conversation. */
const conversations = (texts: readonly string[]): Conversation[] =>
  Array.from({ length: Math.ceil(texts.length / PAGES) }, (_, i) =>
    texts.slice(i * PAGES, (i + 1) * PAGES).map((text) => ({ text, role: 'user' })),
  )

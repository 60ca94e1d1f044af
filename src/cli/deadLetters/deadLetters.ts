import { type Command, InvalidArgumentError } from 'commander'
import type { Db } from '../../db.ts'
import { EXIT, LanekeeperError } from '../../errors.ts'
import { type KeptDeadLetter, type LogPlace, listDeadLetters, readDeadLetter } from '../../persist/deadLetters.ts'
import { kafkaFault } from '../../publish/kafka/fault.ts'
import { openSender } from '../../publish/kafka/sender.ts'
import { openDatabase } from '../database.ts'
import { openCluster } from '../kafka.ts'
import { print, tell } from '../output.ts'
import { placeName, placeOf } from './place.ts'
import { redrive } from './redrive.ts'

/** `lanekeeper dead-letters …` */
export function addDeadLetters(program: Command): void {
  const letters = program.command('dead-letters').description('records of Kafka that could not be taken')
  letters
    .command('list')
    .description('each with its place and what is wrong with it')
    .option('--all', 'also those that were sent again')
    .option('--after <place>', 'go on behind this one')
    .option('--limit <count>', 'at most so many', countOf, 100)
    .option('--json', 'print them as NDJSON')
    .action(list)
  letters
    .command('show')
    .description('one of them with its bytes, which may hold what a person wrote')
    .argument('<place>', 'topic/partition/offset, as list prints it')
    .option('--json', 'print it as JSON, bytes in base64')
    .action(show)
  letters
    .command('redrive')
    .description('send them to their topic again, under the account that they name')
    .argument('[places...]', 'topic/partition/offset')
    .option('--all', 'all that were not sent again yet')
    .action(redriveAll)
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is no number from 1 to 999999.')
}

async function list(options: { all?: boolean; after?: string; limit: number; json?: boolean }): Promise<void> {
  const { all = false, limit, json } = options
  const after = options.after === undefined ? undefined : placeOf(options.after)
  await withDatabase(async (db) => {
    for (const letter of await listDeadLetters(db, { all, after, limit }))
      print(json ? JSON.stringify(described(letter)) : lineOf(letter))
  })
}

async function show(name: string, { json }: { json?: boolean }): Promise<void> {
  const place = placeOf(name)
  await withDatabase(async (db) => {
    const letter = await readDeadLetter(db, place)
    if (!letter)
      throw new LanekeeperError('dead_letter_unknown', `there is no dead letter ${name}`, 'See "dead-letters list".')
    if (json) return print(JSON.stringify({ ...described(letter), value: letter.value?.toString('base64') ?? null }))
    print(lineOf(letter))
    print(letter.value === null ? '(no value)' : letter.value.toString())
  })
}

async function redriveAll(names: string[], { all = false }: { all?: boolean }): Promise<void> {
  if (all === names.length > 0)
    throw new LanekeeperError('usage', 'it is not said which to send again', 'Give places, or --all.')
  const places = names.map(placeOf)
  const { kafka, settings } = await openCluster()
  await withDatabase(async (db) => {
    const sender = await openSender(kafka)
    try {
      for await (const place of all ? waiting(db) : places) {
        const refused = await redrive(place, { db, sender, topics: settings.topics })
        if (refused === undefined) print(`${placeName(place)} sent again`)
        else tell(`${placeName(place)} ${refused}`)
        if (refused !== undefined) process.exitCode = EXIT.failed
      }
    } finally {
      await sender.close()
    }
  })
}

/** Every dead letter that was not sent again yet, page by page. */
async function* waiting(db: Db): AsyncGenerator<LogPlace> {
  for (let after: LogPlace | undefined; ; ) {
    const page = await listDeadLetters(db, { all: false, after, limit: 100 })
    yield* page
    after = page.at(-1)
    if (!after) return
  }
}

async function withDatabase(work: (db: Db) => Promise<void>): Promise<void> {
  const { db, close } = await openDatabase({ existing: true })
  try {
    await work(db)
  } catch (error) {
    throw kafkaFault(error)
  } finally {
    await close()
  }
}

const described = (letter: KeptDeadLetter) => ({
  place: placeName(letter),
  path: letter.path,
  reason: letter.reason,
  key: letter.key?.toString() ?? null,
  bytes: letter.value?.length ?? null,
  loggedAt: new Date(letter.loggedAt).toISOString(),
  redrivenAt: letter.redrivenAt,
})

const lineOf = (letter: KeptDeadLetter): string => {
  const { place, path, reason, key, bytes, loggedAt, redrivenAt } = described(letter)
  const again = redrivenAt ? `, sent again ${redrivenAt.toISOString()}` : ''
  return `${place}  ${loggedAt}  key ${JSON.stringify(key)}, ${bytes ?? 'no'} bytes: ${path ? `${path} ` : ''}${reason}${again}`
}

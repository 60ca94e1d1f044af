import { type Command, InvalidArgumentError, Option } from 'commander'
import { readConfig, settingsList } from '../config.ts'
import { LanekeeperError } from '../errors.ts'
import { createLogger } from '../logger.ts'
import { openDatabase, postgresEnded } from './database.ts'
import { demo } from './demo/demo.ts'
import { addDemoOptions, checkDemoOptions, type DemoOptions } from './demo/options.ts'
import { onHangup } from './hangup.ts'
import { aborted, onInterrupt } from './interrupt.ts'
import { openServiceCluster } from './kafka.ts'
import { loadModel } from './loadModel.ts'
import { print } from './output.ts'
import { requireTopics } from './requireTopics.ts'
import { rulesFolder as folderOf, loadRules } from './rulesFolder.ts'
import { ROLES, type Role, startService } from './service.ts'

interface Options extends DemoOptions {
  clock: 'system' | 'events'
  roles?: Role[]
  createTopics?: boolean
}

/** `lanekeeper start` */
export function addStart(program: Command): void {
  const command = program
    .command('start')
    .description('the engine as a service: events in over HTTP or Kafka, decisions out')
    .addOption(
      new Option('--clock <clock>', 'whose time counts: events for old logs')
        .choices(['system', 'events'])
        .default('system'),
    )
    .option('--rules <folder>', 'the rules folder (default: LANEKEEPER_RULES, else rules)')
    .option('--roles <roles>', `what this process does beside Kafka, of ${ROLES.join(',')} (default: all)`, rolesOf)
    .option('--create-topics', 'create the topics of Kafka that are missing')
    .addHelpText('after', settingsHelp)
  addDemoOptions(command).action((options: Options) => {
    checkDemoOptions(command)
    return options.demo ? playDemo(options) : start(options)
  })
}

async function playDemo(options: Options): Promise<void> {
  await demo(options)
  if (options.kafka) leaveKafka()
}

function rolesOf(text: string): Role[] {
  const names = text.split(',')
  const unknown = names.find((name) => !ROLES.includes(name as Role))
  if (unknown !== undefined) throw new InvalidArgumentError(`"${unknown}" is none of ${ROLES.join(', ')}.`)
  return names as Role[]
}

const settingsHelp = (): string =>
  `\nSettings (environment variables):\n${settingsList()
    .map(({ name, initial, meaning }) => `  ${name.padEnd(22)} ${meaning}${initial ? ` (default: ${initial})` : ''}`)
    .join('\n')}`

async function start({ clock, rules, roles, createTopics: isCreating = false }: Options): Promise<void> {
  const interrupt = onInterrupt()
  const { home, logLevel, accountsCached } = readConfig()
  const logger = createLogger(logLevel)
  const rulesFolder = folderOf(rules)
  const [model, ruleSet, cluster] = await Promise.all([loadModel(), loadRules(rulesFolder), openServiceCluster(logger)])
  if (!cluster && (roles || isCreating))
    throw new LanekeeperError(
      'usage',
      '--roles and --create-topics are for Kafka',
      'Name its brokers in KAFKA_BROKERS.',
    )
  const { db, close, lost, erasureKey } = await openDatabase({ alone: true })
  const stopping = AbortSignal.any([interrupt.signal, lost])
  try {
    if (cluster) await requireTopics(db, isCreating)
    const service = await startService({
      ...{ db, model, rulesFolder, ruleSet, clock, logger, stopping, erasureKey, cluster, accountsCached },
      ...(roles ? { roles } : {}),
    })
    onHangup(() => service.reload('system'), logger)
    print(`Lanekeeper listens on ${service.address}`)
    await aborted(stopping)
    const isLost = lost.aborted
    await service.stop()
    if (isLost) throw postgresEnded(home)
  } finally {
    await close()
  }
  if (cluster) leaveKafka()
}

/** All that was ours has ended, but kafkajs keeps a connection to a broker that went away and came back, and with it the process. */
const leaveKafka = (): never => process.exit()

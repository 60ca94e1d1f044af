import { type Command, Option } from 'commander'
import { readConfig, settingsList } from '../config.ts'
import { EXIT } from '../errors.ts'
import { createLogger } from '../logger.ts'
import { openDatabase } from './database.ts'
import { demo } from './demo/demo.ts'
import { addDemoOptions, checkDemoOptions, type DemoOptions } from './demo/options.ts'
import { onHangup } from './hangup.ts'
import { aborted, onInterrupt } from './interrupt.ts'
import { loadModel } from './loadModel.ts'
import { print } from './output.ts'
import { rulesFolder as folderOf, loadRules } from './rulesFolder.ts'
import { startService } from './service.ts'

interface Options extends DemoOptions {
  clock: 'system' | 'events'
}

/** `lanekeeper start` */
export function addStart(program: Command): void {
  const command = program
    .command('start')
    .description('the engine as a service: events in over HTTP, decisions out')
    .addOption(
      new Option('--clock <clock>', 'whose time counts: events for old logs')
        .choices(['system', 'events'])
        .default('system'),
    )
    .option('--rules <folder>', 'the rules folder (default: LANEKEEPER_RULES, else rules)')
    .addHelpText('after', settingsHelp)
  addDemoOptions(command).action((options: Options) => {
    checkDemoOptions(command)
    return options.demo ? demo(options) : start(options)
  })
}

const settingsHelp = (): string =>
  `\nSettings (environment variables):\n${settingsList()
    .map(({ name, initial, meaning }) => `  ${name.padEnd(22)} ${meaning}${initial ? ` (default: ${initial})` : ''}`)
    .join('\n')}`

async function start({ clock, rules }: Options): Promise<void> {
  const interrupt = onInterrupt()
  const logger = createLogger(readConfig().logLevel)
  const rulesFolder = folderOf(rules)
  const [model, ruleSet] = await Promise.all([loadModel(), loadRules(rulesFolder)])
  const { db, close, lost, erasureKey } = await openDatabase({ alone: true })
  const stopping = AbortSignal.any([interrupt.signal, lost])
  try {
    const service = await startService({ db, model, rulesFolder, ruleSet, clock, logger, stopping, erasureKey })
    onHangup(() => service.reload('system'), logger)
    print(`Lanekeeper listens on ${service.address}`)
    await aborted(stopping)
    if (lost.aborted) process.exitCode = EXIT.failed
    await service.stop()
  } finally {
    await close()
  }
}

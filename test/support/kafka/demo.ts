import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { packaged } from '../../../src/config.ts'
import { startBroker } from './broker.ts'
import { NoKafka } from './run.ts'

// `npm run demo:kafka`: the demo over a broker that ends with it. What is said after it goes to the demo: `npm run demo:kafka -- --once`.
try {
  process.exitCode = await withBroker(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof NoKafka)) throw error
  process.stderr.write(`demo:kafka: there is no Kafka: ${error.message}. Install Java 17 and Maven.\n`)
  process.exitCode = 1
}

async function withBroker(args: readonly string[]): Promise<number> {
  process.stderr.write('demo:kafka: starts a Kafka broker, which Maven fetches the first time\n')
  const broker = await startBroker()
  // A terminal tells Ctrl-C to all that run in it: the demo ends by itself, then the broker.
  process.on('SIGINT', () => {})
  const child = spawn(process.execPath, [packaged('src/main.ts'), 'start', '--demo', '--kafka', ...args], {
    env: { ...process.env, KAFKA_BROKERS: broker.plain },
    stdio: 'inherit',
  })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  const [code] = await once(child, 'close')
  await broker.stop()
  return code ?? 1
}

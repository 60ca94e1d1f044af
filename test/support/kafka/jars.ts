import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { packaged } from '../../../src/config.ts'
import { run } from './run.ts'

const POM = packaged('test/support/kafka/pom.xml')

/** The folder of Kafka's jars, fetched by Maven the first time; another pom.xml has another folder. */
export async function kafkaJars(): Promise<string> {
  const version = createHash('sha256')
    .update(await readFile(POM))
    .digest('hex')
    .slice(0, 12)
  const jars = packaged(`node_modules/.cache/lanekeeper-kafka/${version}`)
  if (existsSync(jars)) return jars
  const unfinished = `${jars}.${process.pid}`
  await mkdir(unfinished, { recursive: true })
  const copy = [
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${join(unfinished, 'lib')}`,
  ]
  try {
    await run('mvn', ['-q', '-B', '-f', POM, ...copy])
    await rename(join(unfinished, 'lib'), jars).catch((error) => {
      if (!existsSync(jars)) throw error // else another run was faster
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
  return jars
}

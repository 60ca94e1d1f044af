import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { packaged } from '../../../src/config.ts'
import { startEmbedded } from '../../../src/persist/embeddedPostgres.ts'
import { describeDatabase } from '../../support/postgres.ts'
import { scratch } from '../../support/scratch.ts'

const place = scratch()
const isRoot = process.getuid?.() === 0
chmodSync(place.folder, 0o711) // as root PostgreSQL runs as another user

describeDatabase('the embedded PostgreSQL refuses in one line', () => {
  const refusal = async (at: string) => {
    const error = await startEmbedded(at).then(
      () => expect.fail('it started'),
      (thrown) => thrown,
    )
    expect(`${error.message}${error.hint}`).not.toContain('\n')
    return `${error.code}: ${error.message}`
  }

  it('a folder that is not its own, and leaves it as it was', async () => {
    place.write('foreign/postgres/holiday.jpg', '')
    expect(await refusal(place.at('foreign'))).toBe(
      `database_foreign: ${place.at('foreign/postgres')} is not a database of Lanekeeper's`,
    )
    expect(readdirSync(place.at('foreign/postgres'))).toEqual(['holiday.jpg'])
  })

  it('a database without our password, and a file or a link to nowhere in the place of the folder', async () => {
    place.write('database/postgres/data/PG_VERSION', '18\n')
    expect(await refusal(place.at('database'))).toMatch(/^database_foreign: .* is not a database/)
    place.write('file/postgres', '')
    expect(await refusal(place.at('file'))).toMatch(/^database_foreign: .* is not a database/)
    place.write('home-is-a-file', '')
    expect(await refusal(place.at('home-is-a-file'))).toMatch(/a folder is needed there$/)
    symlinkSync(place.at('not-mounted'), place.at('link'))
    expect(await refusal(place.at('link/home'))).toMatch(/\/link: a folder is needed there$/)
  })

  it.runIf(existsSync('/proc/self'))('a place that takes no folders', async () => {
    expect(await refusal('/proc/lanekeeper/home')).toMatch(
      /^database_unavailable: \/proc\/lanekeeper: no folder can be/,
    )
  })

  it('data of another major version', async () => {
    place.write('old/postgres/data/PG_VERSION', '17\n')
    place.write('old/postgres/password', 'secret')
    expect(await refusal(place.at('old'))).toMatch(/^database_foreign: .* was made by PostgreSQL 17, .* brings .* 18$/)
  })

  it('settings that PostgreSQL does not take, with its own reason', async () => {
    const code = 'database_unavailable'
    const message = expect.stringContaining('PostgreSQL did not start (')
    await expect(startEmbedded(place.at('odd'), { shared_buffers: 'much' })).rejects.toMatchObject({ code, message })
  })

  it.runIf(isRoot)('as root, where root may not let the user postgres through a closed folder, naming it', async () => {
    const closed = place.at('closed')
    mkdirSync(`${closed}/deep/down`, { recursive: true })
    chmodSync(closed, 0o700)
    const weak = '-dac_override,-dac_read_search'
    const start = [process.execPath, packaged('src/main.ts'), 'start']
    const env = { ...process.env, LANEKEEPER_HOME: `${closed}/deep/down`, DATABASE_URL: undefined }
    const ran = spawnSync('setpriv', [`--bounding-set=${weak}`, `--inh-caps=${weak}`, ...start], { env })
    expect(`${ran.stderr}`).toContain(`PostgreSQL runs as the user postgres, to whom the folder ${closed} is closed`)
  })

  it.runIf(!isRoot)('a folder that may not be written', async () => {
    mkdirSync(place.at('locked'), { mode: 0o555 })
    expect(await refusal(place.at('locked/home'))).toMatch(/^database_unavailable: .*locked\/home: no permission/)
  })

  it.each(['sunos', 'win32'])('a platform for which no PostgreSQL comes along (%s)', async (platform) => {
    const real = Object.getOwnPropertyDescriptor(process, 'platform')!
    Object.defineProperty(process, 'platform', { ...real, value: platform })
    onTestFinished(() => void Object.defineProperty(process, 'platform', real))
    expect(await refusal(place.at('platform'))).toMatch(/^database_unavailable: no PostgreSQL (comes|came) along/)
  })
})

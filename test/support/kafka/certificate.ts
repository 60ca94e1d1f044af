import { join } from 'node:path'
import { run } from './run.ts'

/** The password of the broker's own key, which lives as long as the tests. */
export const KEY_PASSWORD = 'lanekeeper'

/** Makes a key for a server on this machine, and the file that its clients are to trust. */
export async function certificateIn(folder: string): Promise<{ keystore: string; ca: string }> {
  const [keystore, ca] = [join(folder, 'server.p12'), join(folder, 'ca.pem')]
  const key = ['-keystore', keystore, '-storepass', KEY_PASSWORD, '-alias', 'broker']
  const who = ['-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1', '-validity', '2']
  await run('keytool', ['-genkeypair', ...key, '-storetype', 'PKCS12', '-keyalg', 'EC', ...who])
  await run('keytool', ['-exportcert', '-rfc', ...key, '-file', ca])
  return { keystore, ca }
}

import { openApiText } from '../../src/api/openapi.ts'
import { routes } from '../../src/api/routes/all.ts'
import { signalsPage } from '../../src/classify/signals/page.ts'
import { settingsList } from '../../src/config.ts'
import { gatewayEvent } from '../../src/decode/event.ts'
import { factsPage } from '../../src/evaluate/factsPage.ts'
import { ruleSchemas, schemaText } from '../../src/evaluate/ruleSchemas.ts'

/** Every generated file that is committed, by its path in the project. */
export const generatedFiles = (): Map<string, string> =>
  new Map([
    ...[...ruleSchemas()].map(([name, text]): [string, string] => [`rules/schema/${name}`, text]),
    ['src/decode/event.schema.json', schemaText('Gateway event', gatewayEvent)],
    ['docs/facts.md', factsPage()],
    ['docs/signals.md', signalsPage()],
    ['docs/configuration.md', configurationPage()],
    ['docs/openapi.json', openApiText(routes)],
  ])

/** The table of settings, as `start --help` has them; what only tests and training read is left out. */
function configurationPage(): string {
  const rows = settingsList()
    .filter(({ name }) => name !== 'LANEKEEPER_SHARED')
    .map(({ name, initial, meaning }) => `| \`${name}\` | ${meaning} | ${initial && `\`${initial}\``} |`)
  return `# Settings

Generated from the code: change \`src/config.ts\`, then \`npm run generate\`. Settings are environment variables; a value that is none
is refused at the start, in one line that names it.

| setting | meaning | default |
|---|---|---|
${rows.join('\n')}
`
}

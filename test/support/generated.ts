import { openApiText } from '../../src/api/openapi.ts'
import { routes } from '../../src/api/routes/all.ts'
import { gatewayEvent } from '../../src/decode/event.ts'
import { factsPage } from '../../src/evaluate/factsPage.ts'
import { ruleSchemas, schemaText } from '../../src/evaluate/ruleSchemas.ts'

/** Every generated file that is committed, by its path in the project. */
export const generatedFiles = (): Map<string, string> =>
  new Map([
    ...[...ruleSchemas()].map(([name, text]): [string, string] => [`rules/schema/${name}`, text]),
    ['src/decode/event.schema.json', schemaText('Gateway event', gatewayEvent)],
    ['docs/facts.md', factsPage()],
    ['docs/openapi.json', openApiText(routes)],
  ])

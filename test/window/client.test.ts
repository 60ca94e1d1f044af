import { expect, it } from 'vitest'
import { isUnsupported } from '../../src/window/client.ts'

const supported = new Set(['claude-cli', 'cline'])

it.each([
  ['claude-cli/2.0.14 (external, cli)', false],
  ['Cline/3.35.0', false],
  ['cline', false],
  ['curl/8.9.1', true],
  ['claude-cli-fake/1.0', true],
  ['Mozilla/5.0 claude-cli/2.0', true],
  [undefined, false],
  ['', false],
])('the client %j is unsupported: %s', (client, expected) => {
  expect(isUnsupported(client, supported)).toBe(expected)
})

import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readRuleFiles } from '../src/cli/rulesFolder.ts'
import { packaged } from '../src/config.ts'
import { generatedFiles } from './support/generated.ts'

test.each([...generatedFiles()])('%s is what the code generates', (path, text) => {
  const committed = existsSync(packaged(path)) ? readFileSync(packaged(path), 'utf8') : ''
  expect(committed === text, `${path} is out of date: run "npm run generate" and commit it`).toBe(true)
})

test('every rule file names its schema, and the schema is there', async () => {
  const files = (await readRuleFiles(packaged('rules'))).filter(({ path }) => !path.startsWith('schema/'))
  const lost = files.filter(({ path, text }) => {
    const { $schema } = JSON.parse(text)
    return typeof $schema !== 'string' || !existsSync(resolve(packaged('rules'), dirname(path), $schema))
  })
  expect(files.length).toBeGreaterThan(5)
  expect(lost.map(({ path }) => `rules/${path}: its $schema is missing or leads nowhere`)).toEqual([])
})

test('the package for gateways has the version of the main one', () => {
  const versionOf = (path: string) => JSON.parse(readFileSync(packaged(path), 'utf8')).version
  expect(versionOf('src/gateway/package.json')).toBe(versionOf('package.json'))
})

test('the changelog speaks of the version in package.json', () => {
  const { version } = JSON.parse(readFileSync(packaged('package.json'), 'utf8'))
  expect(readFileSync(packaged('CHANGELOG.md'), 'utf8'), `no heading "## ${version}"`).toMatch(
    new RegExp(`^## \\[?${version.replaceAll('.', '\\.')}\\b`, 'm'),
  )
})

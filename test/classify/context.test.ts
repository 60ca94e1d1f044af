import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countContext } from '../../src/classify/context.ts'
import { contextLogits } from '../../src/classify/score.ts'
import { packaged } from '../../src/config.ts'
import { shipped } from './shipped.ts'

const moved = (context: Parameters<typeof countContext>[0]) =>
  contextLogits(context, shipped).reduce((sum, part) => sum + part, 0)

describe('a context', () => {
  it('says nothing where nothing in it is known', () => {
    const unknown = { system: 'Qwyjibo zzyzx frobnitz.', tools: ['zzyzx_frob', 'wibble'], client: 'Wibbleware/3.1 (x)' }
    expect(contextLogits(unknown, shipped)).toEqual([0, 0, 0])
  })

  it('speaks against coding by an empty list of tools, but not in title and compaction calls of coding tools', () => {
    expect(moved({ tools: [] })).toBeGreaterThan(0)
    expect(moved({ tools: [], client: 'claude-cli/2.0.14 (external, cli)' })).toBeLessThanOrEqual(0)
  })

  it('reads the name of a product without version, case, blanks and marks', () => {
    const logits = ['Kilo Code', 'kilo-code/4.102.0', 'Kilo-Code (vscode)'].map((client) => moved({ client }))
    expect(new Set(logits).size).toBe(1)
    expect(logits[0]).toBeLessThan(0)
  })

  it('speaks against coding by the name of a chat front end, though never far', () => {
    expect(moved({ client: 'SillyTavern/1.12' })).toBeGreaterThan(0)
    expect(moved({ client: 'SillyTavern/1.12' })).toBeLessThanOrEqual(shipped.context.limit)
  })
})

describe('the context of a coding tool', () => {
  const { supportedClients } = JSON.parse(readFileSync(packaged('rules/policy.json'), 'utf8'))

  it.each<string>(supportedClients)('is known by the client %s, whose name speaks for coding', (client) => {
    expect(countContext({ client: `${client}/1.2.3 (x)` }).coding).toBe(true)
    expect(moved({ client })).toBeLessThan(0)
  })

  it('is known by two of its tools', () => {
    expect(countContext({ tools: ['read_file', 'Execute-Command'] }).coding).toBe(true)
    expect(countContext({ tools: ['read_file', 'roll_dice'] }).coding).toBe(false)
  })

  it('never speaks against coding, whatever stands beside it', () => {
    const words = ['you', 'are', 'a', 'coding', 'agent', 'write', 'novel', 'chapter', 'output', 'only', '小说', '角色']
    const system = fc.array(fc.constantFrom(...words)).map((list) => list.join(' '))
    const tools = fc.array(fc.constantFrom('write', 'Write', 'write_to_file', 'roll_dice', 'generate_image', 'x'))
    const client = fc.constantFrom<string>(...supportedClients)
    fc.assert(
      fc.property(fc.record({ system, tools, client }, { requiredKeys: ['client'] }), (context) => {
        expect(moved(context)).toBeLessThanOrEqual(0)
      }),
    )
  })
})

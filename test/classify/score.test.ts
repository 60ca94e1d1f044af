import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { initialSessions, label } from '../../src/classify/label.ts'
import { contextLogits, score } from '../../src/classify/score.ts'
import { shipped } from './shipped.ts'

const alone = (text: string) => label(score({ text }, shipped), undefined, 0, initialSessions, shipped).classification

const coding = {
  'a stack trace': `TypeError: Cannot read properties of undefined (reading 'map')
    at renderRows (src/table/Rows.tsx:41:23)
    at Table (src/table/Table.tsx:88:9)
why does this only happen after the second filter is cleared?`,
  'a refactoring':
    'Split OrderService into a reader and a writer, keep the public interface and move the SQL into its own file.',
  'a shell question': 'how do I find all files over 50 MB that git still keeps in its history, and drop them?',
  'a Chinese bug report':
    '登录接口偶尔返回 500，日志里是数据库连接池超时，帮我看一下 application.yml 的配置并改一下代码',
  'a Chinese function': '用 Python 写一个函数，读取 CSV 文件并按日期分组求和，再写几个单元测试',
}

const nonCoding = {
  'a chapter of a novel':
    'Write chapter twelve of my fantasy novel. The widow returns to the lighthouse in winter and finds her brother’s letters. Make it slow, sad and full of the sea.',
  'a role-play':
    'You are Mirabel, a jealous vampire queen. Stay in character, call me your beloved and never admit that you are an AI.',
  'a wedding speech':
    'Write a warm and funny wedding speech for my sister. She loves hiking and always burns the pancakes.',
  'a Chinese novel': '请继续写我的古风小说第八章，女主在雨夜离开王府，心里万般不舍，文笔要细腻，多写景色和心理描写。',
  'a Chinese essay': '写一篇八百字的高中作文，题目是《我的母亲》，要求感情真挚，语言优美。',
}

describe('one request alone', () => {
  it.each(Object.entries(coding))('%s is coding', (_, text) => {
    expect(alone(text)).toMatchObject({ label: 'coding' })
  })

  it.each(Object.entries(nonCoding))('%s is not coding', (_, text) => {
    expect(alone(text)).toMatchObject({ label: 'non_coding' })
  })

  it.each(['continue', '继续', 'ok', 'yes', '好的', '?', '', ' \n '])('%j says too little to judge', (text) => {
    expect(alone(text)).toMatchObject({ label: 'unsure' })
  })

  it('carries the version, the role and a category of its own side', () => {
    const tale = score({ text: nonCoding['a chapter of a novel'], role: 'tool' }, shipped)
    expect(tale).toMatchObject({ classifier: shipped.version, role: 'tool', category: 'creative_writing', evidence: 1 })
    const { names, coding: first } = shipped.category
    expect(names.indexOf(score({ text: coding['a stack trace'] }, shipped).category!)).toBeLessThan(first)
  })
})

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 800 }),
  fc.constantFrom(...Object.values(coding), ...Object.values(nonCoding)),
  fc
    .array(fc.constantFrom('the', 'her', 'fix', 'API', '她', '函数', 'rain', '}', 'return', 'SELECT'), {
      maxLength: 120,
    })
    .map((words) => words.join(' ')),
)
const anyContext = fc.record(
  {
    system: fc.oneof(
      anyText,
      fc.constant('You are a coding agent working in a repository. Edit files and run the tests.'),
    ),
    tools: fc.array(fc.oneof(fc.constantFrom('Bash', 'Read', 'Edit', 'Grep', 'apply_patch'), fc.string()), {
      maxLength: 40,
    }),
    client: fc.oneof(
      fc.constantFrom('claude-cli/2.0.14 (external, cli)', 'codex_cli_rs/0.58.0', 'aider/0.86'),
      fc.string(),
    ),
  },
  { requiredKeys: [] },
)

describe('system prompt, tools and client', () => {
  it('never bring clearly non-coding text below the threshold', () => {
    const { nonCoding: threshold } = shipped.thresholds.alone
    const clear = fc.oneof(fc.constantFrom(...Object.values(nonCoding)), anyText)
    fc.assert(
      fc.property(clear, anyContext, (text, context) => {
        fc.pre(score({ text }, shipped).nonCoding >= threshold)
        expect(score({ text, ...context }, shipped).nonCoding).toBeGreaterThanOrEqual(threshold)
      }),
      { numRuns: 2000 },
    )
  })

  it('would bring it below with a model that trusts them beyond measure, were it not for the guarantee', () => {
    const trusting = { ...shipped, context: { unit: -1, limit: 1000 } }
    const { nonCoding: threshold } = shipped.thresholds.alone
    const text = nonCoding['a Chinese essay']
    const context = { system: 'Edit files and run the tests.', tools: ['Bash', 'Read'], client: 'claude-cli/2.0.14' }
    for (const unit of [-1, 1]) {
      const model = { ...trusting, context: { unit, limit: 1000 } }
      expect(score({ text, ...context }, model).nonCoding).toBeGreaterThanOrEqual(threshold)
    }
  })

  it('move the logit by at most their limit', () => {
    fc.assert(
      fc.property(anyContext, (context) => {
        const moved = contextLogits(context, shipped).reduce((sum, part) => sum + part, 0)
        expect(Math.abs(moved)).toBeLessThanOrEqual(shipped.context.limit + 1e-9)
      }),
    )
  })
})

describe('a score', () => {
  it('is the same every time, whatever was scored in between', () => {
    fc.assert(
      fc.property(anyText, anyText, anyContext, (text, other, context) => {
        const first = score({ text, ...context }, shipped)
        score({ text: other }, shipped)
        expect(score({ text, ...context }, shipped)).toEqual(first)
      }),
    )
  })

  it('lies between 0 and 1 with evidence that grows with the text', () => {
    fc.assert(
      fc.property(anyText, anyContext, (text, context) => {
        const { nonCoding: p, evidence } = score({ text, ...context }, shipped)
        expect(p > 0 && p < 1 && evidence >= 0 && evidence <= 1).toBe(true)
        expect(score({ text: `${text} and more` }, shipped).evidence).toBeGreaterThanOrEqual(evidence)
      }),
    )
  })

  it('takes any length and any characters', () => {
    for (const text of ['a'.repeat(200_000), '\ud800'.repeat(700), '的'.repeat(65_536), '\u0000'])
      expect(score({ text }, shipped).nonCoding).toBeGreaterThan(0)
  })
})

import { describe, expect, it } from 'vitest'
import { coding } from '../../../src/classify/signals/coding.ts'
import { kinds } from '../../../src/classify/signals/other.ts'
import { forms, readingOf } from '../../../src/classify/signals/reading.ts'
import type { Detector } from '../../../src/classify/signals/sample.ts'

const detectors: readonly Detector[] = [...coding, ...kinds.flatMap(({ details }) => details), ...forms]

/** Per detector: texts that show it, and texts that look like it and do not. */
const table: Record<string, { shows: string[]; not: string[] }> = {
  'stack trace': {
    shows: [
      'TypeError: x is undefined\n    at renderRows (src/table/Rows.tsx:41:23)',
      'Traceback (most recent call last):\n  File "/srv/app/jobs.py", line 12, in run',
      '\tat com.shop.OrderService.load(OrderService.java:57)',
      "thread 'main' panicked at src/main.rs:4:5",
      'goroutine 17 [running]:',
    ],
    not: ['She looked at him (Tom) at 10:30', 'at the lighthouse', 'meet me at 5:30'],
  },
  diff: {
    shows: ['diff --git a/x.ts b/x.ts', '@@ -12,4 +12,6 @@ export', '--- a/src/x.c\n+++ b/src/x.c'],
    not: ['--- and then he left', 'a + b', '@@ what'],
  },
  'test output': {
    shows: [
      'Tests  31 passed (31)',
      '3 failed, 12 passed in 4.1s',
      'FAIL src/x.test.ts',
      'BUILD FAILED',
      '  ✓ adds two numbers',
    ],
    not: ['He passed 3 exams and failed one', 'I passed', 'fail again, fail better'],
  },
  'error message': {
    shows: [
      'NullPointerException',
      'error TS2345: Argument',
      'ENOENT: no such file',
      'the API returns 500',
      '接口返回 502',
    ],
    not: ['It was an error of judgement', 'an exception to the rule', 'room 500'],
  },
  'shell commands': {
    shows: [
      'run npm test again',
      'git rebase -i HEAD~3',
      '`docker compose up`',
      '$ make deploy',
      'python scripts/load.py',
    ],
    not: ['you silly git', 'make a cake', 'the docker went home', 'go home and test the soup'],
  },
  'file paths': {
    shows: [
      'the loop in src/export/csv.ts',
      'look at pom.xml',
      '配置在 application.yml 里',
      'README.rst next to lib/a',
    ],
    not: ['e.g. a walk', 'Mr. Smith and/or his wife', 'version 2.0', 'and so on...then'],
  },
  'numbered lines of a file': {
    shows: ['  1→import x\n  2→\n  3→export y', '10: a\n11: b\n12: c', '1\tone\n2\ttwo\n3\tthree'],
    not: ['1. eggs\n2. milk\n3. flour', '10:30 start\n11:30 lunch\n12:30 talk'],
  },
  code: {
    shows: [
      'const a = 1;\nlet b = 2;',
      'def f(x):\n    return (x)',
      'SELECT id FROM orders WHERE total > 3',
      'if (a) {\n  go();\n}',
      '<div class="x">\n</div>',
    ],
    not: [
      'Select a present from the shelf',
      'Let us go then, you and I;\nfor the evening waits',
      'Dear Anna,\nyours (always)',
    ],
  },
  'JSON or configuration': {
    shows: ['{"name": "x", "size": 3}', 'server:\n  port: 8080\n  host: local', 'a=1\nb=2\nc=3'],
    not: ['"Well," he said: "no"', 'Name: Elena\nAge: 30\nFears: the sea', 'note: this is it'],
  },
  'code fence': { shows: ['```ts\nx\n```', 'see\n~~~\nx'], not: ['`x`', 'a ``` b'] },
  identifiers: {
    shows: ['rename parseDuration', 'user_id is null', 'call load()', 'OrderService uses InvoiceReader'],
    not: ['my iPhone and the eBay app', 'Ronald McDonald met MacArthur', 'YouTube or LinkedIn', 'iPad, macOS'],
  },
  'technical words': {
    shows: ['refactor it', '给 orders 表加接口', 'a regex for poems', 'the query locks the table in production'],
    not: ['set the table for dinner', 'the branch of a tree broke', 'at your service, sir'],
  },
  'prose inside code comments': {
    shows: [
      '// She walked down to the harbour while the evening came slowly over the quiet water.\n// Nobody had told her that he would be waiting there with the letters.\nfunction chapter() {}',
      '# 她走到海边的时候天已经黑了，风很大，浪也很高。\n# 没有人来接她回家，她在沙滩上坐了很久很久。\nx = 1',
      '/**\n * She walked down to the harbour while the evening came slowly over the quiet water,\n * and nobody had told her that he would be waiting there.\n */\nint x;',
    ],
    not: [
      '// returns the sum\nexport const sum = (a, b) => a + b',
      '# Heading of a page that has some more words than a heading should have in the end, all in all twenty\nplain words',
    ],
  },
  'prose inside strings or JSON values': {
    shows: [
      '{"body": "My dearest Anna, the winter has been long and the letters came late, yet I think of you each morning when the bells ring over the town."}',
      'def f():\n    """She walked down to the harbour while the evening came slowly over the quiet water,\n    and nobody had told her that he was there."""',
      "const text = 'The old king looked down upon the valley and wondered whether the rain would ever come back to his people again'",
    ],
    not: [
      '{"name": "x"}',
      '"I will never leave this house again, not for all the gold in the whole kingdom, never," she said quietly.',
    ],
  },
  'prose inside markup': {
    shows: [
      '<article>\n<p>She walked down to the harbour while the evening came slowly over the quiet water.</p>\n<p>Nobody had told her.</p>\n</article>',
    ],
    not: ['<b>very</b> short', 'a < b, she said, and nobody in the whole class could tell her whether b > a then'],
  },
  'prose inside a fence, a patch or numbered lines': {
    shows: [
      '```python\nShe walked down to the harbour while the evening came slowly over the quiet water,\nand nobody had told her that he would be waiting there.\n```\ngo on',
      '   1→She walked down to the harbour while the evening came slowly\n   2→over the quiet water, and nobody had told her.',
      '--- a/one.md\n+++ b/one.md\n@@ -1 +1,2 @@\n-She walked.\n+She walked down to the harbour while the evening came\n+slowly over the quiet water.',
    ],
    not: [
      '```ts\nconst a = await load(the, very, long, list)\nreturn a && a.filter((one) => one.is(here))\nexport const b = 1;\n```',
      '```\nshort and sweet\n```',
    ],
  },
  'asks for a part to be played': {
    shows: [
      'stay in character',
      'Pretend to be my late uncle',
      '你扮演一个冷酷的总裁',
      'act as my tutor',
      'Imagine you are a knight',
    ],
    not: ['the roleplayer app', 'it acts as expected', 'imagine the result'],
  },
  'stage directions': {
    shows: ['*smiles softly* hello', '（低头不语）你走吧'],
    not: ['*important*', '**bold** text', '2 * smile'],
  },
  endearments: { shows: ['come here, my love', '晚安宝贝'], not: ['I love this library', 'dear team'] },
  'asks for a story': {
    shows: [
      'Write the next chapter of my novel',
      'continue the story',
      'tell me a very short bedtime story',
      '请继续写我的古风小说第八章',
      '写一段言情小说',
    ],
    not: [
      'write a test for the story component',
      'write a user story for login',
      'write the story point field',
      '写一个小说网站的接口',
      'create a scene graph node with code for chapter routes',
    ],
  },
  'asks for a poem or a song': {
    shows: ['write me a short poem about rain', 'compose a haiku', '写一首诗', '给我写首歌词'],
    not: ['write a regex for poems', 'write a poem card component', '写代码生成古诗页面'],
  },
  dialogue: {
    shows: ['"I know," she said. "It is late."', '“Come back!” he shouted.', '“你回来了。”他低声说'],
    not: ['{"said": "x."}', 'the docs said to restart', 'print("hello.")'],
  },
  'past tense': {
    shows: ['She walked home, and he stood there and watched her until she turned'],
    not: ['She walks home and he stands there', 'fixed, updated, removed, added, changed', 'it was late'],
  },
  'third person': {
    shows: ['He took her hand. She smiled at him.', '她看着他，她没有说话'],
    not: ['The user clicks and she gets an error', 'you and I'],
  },
  'chapter heading': {
    shows: ['Chapter 12', '## Prologue', '第三章 雨夜'],
    not: ['the chapter on joins', 'in chapter 3 of the book'],
  },
  'asks for an essay or an article': {
    shows: ['write a 500-word essay on courage', 'draft an article about tea', '写一篇八百字的作文'],
    not: ['write an article parser', 'write a component for the article list', 'create an endpoint for essays'],
  },
  'asks for a letter or a speech': {
    shows: ['write a warm wedding speech', 'draft a cover letter', '帮我写一封情书', '写一封道歉邮件'],
    not: ['write a function that sends a letter', 'write a letter component', '写一个发送邮件的接口'],
  },
  'résumé or application': {
    shows: ['polish my resume', '写求职信'],
    not: ['resume the upload', 'resume training from a checkpoint'],
  },
  'words of advertising': {
    shows: ['a tagline for my bakery', '写小红书文案'],
    not: ['the tag line 12', 'market data'],
  },
  'words of photography and painting': {
    shows: ['cinematic portrait, soft light', '水彩画风，背景虚化'],
    not: ['render the list', 'a portrait of a nation'],
  },
  'asks for a translation': {
    shows: ['Translate this into French', 'translate the letter to German', '翻译成英文', '把下面这段翻译一下'],
    not: ['translate this function to Python', 'translation files', 'translate x by 3'],
  },
  'words of school and exams': {
    shows: ['my homework is due', '（12 分）阅读材料', '初二物理应用题'],
    not: ['grade the migration', 'school_id is null'],
  },
  'a word problem': {
    shows: ['how many apples are left', 'solve for x', '求三角形的面积'],
    not: ['how many rows are there', 'how long does the build take'],
  },
  medical: {
    shows: ['fever and a rash for two days', '发烧咳嗽三天了'],
    not: ['the doctor command', 'a health check'],
  },
  legal: {
    shows: ['my landlord keeps the security deposit', '离婚后抚养权归谁'],
    not: ['the court booking app', 'visa card'],
  },
  astrology: {
    shows: ["today's horoscope for me", '今天狮子座运势'],
    not: ['a horoscope app crashes', 'zodiac table'],
  },
  cooking: {
    shows: ['garlic and butter in the oven', '红烧肉放多少酱油'],
    not: ['a chicken and egg problem', 'bake it into the image'],
  },
  travel: { shows: ['a hotel near the airport', '成都旅游攻略'], not: ['the flight of stairs', 'hotel_id'] },
  relationships: {
    shows: ['my wife forgot our anniversary', '男朋友要跟我分手'],
    not: ['my sister project', 'parent and child'],
  },
  'health and sport': {
    shows: ['a workout with push-ups', '减肥健身计划'],
    not: ['run the marathon job', 'muscle memory'],
  },
  'a question': { shows: ['who wrote it?', '为什么天是蓝的'], not: ['sing along', '好的'] },
  'plain prose': {
    shows: ['the rain fell and fell '.repeat(8), '秋天到了叶子黄了。'.repeat(5)],
    not: ['ok', 'go on then'],
  },
}

describe('a detector', () => {
  it('has a row here, a name of its own and a meaning', () => {
    const names = detectors.map(({ name }) => name)
    expect(Object.keys(table).sort()).toEqual([...names].sort())
    expect(new Set(names).size).toBe(names.length)
    expect(detectors.every(({ meaning }) => meaning.length > 10)).toBe(true)
  })

  describe.each(detectors.map((one) => [one.name, one] as const))('"%s"', (name, { found }) => {
    it.each(table[name]?.shows ?? [])('is found in %j', (text) => expect(found(text)).toBe(true))
    it.each(table[name]?.not ?? [])('is not found in %j', (text) => expect(found(text)).toBe(false))
    it('says the same when asked again', () => {
      for (const text of table[name]!.shows) expect([found(text), found(text)]).toEqual([true, true])
    })
  })
})

describe('a reading', () => {
  it('takes the form of a text only where nothing else is found', () => {
    expect(readingOf('why is the sky blue?')).toEqual({
      coding: [],
      other: [],
      form: 'a question',
    })
    expect(readingOf('why does the regex fail?').form).toBeUndefined()
  })

  it('names first the kind that most details show', () => {
    const { other } = readingOf('My darling. "I know," she said, and he took her hand. She looked at him and he left.')
    expect(other[0]).toEqual({ kind: 'fiction', details: ['dialogue', 'past tense', 'third person'] })
    expect(other[1]).toEqual({ kind: 'role-play', details: ['endearments'] })
  })

  it('of a long text is made of its beginning and its end, in a time that does not grow', () => {
    const middle = 'x '.repeat(30_000)
    expect(readingOf(`my homework\n${middle}\nnpm test`)).toEqual(
      readingOf(`my homework\n${middle}${middle}\nnpm test`),
    )
    expect(readingOf(`my homework\n${middle}\nnpm test`)).toMatchObject({
      coding: ['shell commands', 'technical words'],
      other: [{ kind: 'schoolwork' }],
    })
  })

  it('takes no more than some milliseconds of the nastiest texts', () => {
    const units = [
      '\n',
      ' \n',
      'a',
      'a.',
      'a-',
      '" ',
      '// ',
      'write a ',
      '<a ',
      '*a ',
      'at a',
      '求',
      'user story ',
      '(a',
      '1 ',
    ]
    const started = performance.now()
    for (const unit of units) readingOf(unit.repeat(65_536).slice(0, 65_536))
    expect(performance.now() - started).toBeLessThan(units.length * 300) // a backtracking pattern would take minutes
  })
})

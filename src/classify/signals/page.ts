import { coding } from './coding.ts'
import { kinds } from './other.ts'
import { forms } from './reading.ts'
import type { Detector } from './sample.ts'
import { AGAINST, contextNames, EDGE, sessionWords, TOO_LITTLE } from './words.ts'

/** The closed vocabulary of signals as a page of documentation (Markdown). */
export function signalsPage(): string {
  return `# Signals

What moved a judgement, in words. Generated from the detectors in code by \`npm run generate\`; do not edit.

Each signal is a name of this page with a weight: its share of the logit, positive towards non-coding, the weightiest first. The
weights are the model's; the names say what a person would see in the same request. They never hold anything of the text, and they
are true of it whatever the judgement. \`lanekeeper classify\` prints them, and they stand beside the masked excerpts of an appeal,
where policy keeps these. They are no part of the ledger: one that was made from scores without texts is the same, byte for byte.

## The text

| signal | meaning |
|---|---|
| \`reads as …\` | what of the tables below was found on the side that the text speaks for |
| \`…; ${AGAINST}: …\` | what was found on the other side, and weighed less |
| \`wording of …\` | none of it was found; the words are those of a category, e.g. \`wording of debugging\` |
| \`wording counts for coding\`, \`wording counts against coding\` | the same, without a category |
| \`${TOO_LITTLE}\` | less evidence than about a dozen letters |
| \`${EDGE}\`, \`${EDGE} as …\` | there was no text, only the score of a gateway, perhaps with its category |

Of a long text the first 6,000 and the last 2,000 characters are read.

### For coding: \`reads as coding: …\`

${table(coding)}

### For something else: \`reads as fiction: dialogue, past tense\`

${kinds.map(({ name, details }) => `**${name}**\n\n${table(details)}`).join('\n\n')}

Where none of these is found, and nothing that speaks of software:

${table(forms)}

## What came with it

${contextNames.map((name) => `\`${name}\``).join(', ')}: what the model has learned of them. A coding client
counts for little, since misuse hides behind coding clients too.

## The session

| signal | meaning |
|---|---|
| \`${sessionWords.coding}\` | and count for this turn |
| \`${sessionWords.other}\` | and count against it |
| \`${sessionWords.mixed}\` | or weigh otherwise than they were |
| \`${sessionWords.little}\` | they held hardly any evidence |
| \`${sessionWords.first}\` | nothing is known yet; first turns as such weigh a little |
`
}

const table = (detectors: readonly Detector[]): string =>
  ['| signal | meaning |', '|---|---|', ...detectors.map(({ name, meaning }) => `| ${name} | ${meaning} |`)].join('\n')

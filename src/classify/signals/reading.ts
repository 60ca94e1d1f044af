import { coding } from './coding.ts'
import { kinds } from './other.ts'
import { type Detector, has, sampleOf, wordsOf } from './sample.ts'

/** What detectors found in a text, for either side. */
export interface Reading {
  /** names of `coding`, most telling first */
  coding: string[]
  /** kinds with the details that show them, the one with most details first */
  other: { kind: string; details: string[] }[]
  /** of `forms`, where nothing else was found */
  form?: string | undefined
}

/** Where nothing else is recognised, the form of the text says something still; that speaks for no side by itself. */
export const forms: readonly Detector[] = [
  {
    name: 'a question',
    meaning: 'it asks, and no technical word that is looked for is in it',
    found: has(
      /[?？]\s{0,20}$|^\s{0,20}(?:what|why|who|whose|when|where|which|how|is|are|do|does|can|could|should|would)\b|[吗呢么]\s{0,20}$|什么|怎么|如何|为什么|哪[个些里]/i,
    ),
  },
  {
    name: 'plain prose',
    meaning: 'thirty words or more, and no technical word that is looked for is among them',
    found: (text) => wordsOf(text) >= 30,
  },
]

/** Reads a text for what a person would name: linear in its length, and nothing of it in the result. */
export function readingOf(text: string): Reading {
  const sample = sampleOf(text)
  const found = coding.filter((one) => one.found(sample)).map(({ name }) => name)
  const other = kinds
    .map(({ name, details }) => ({ kind: name, details: details.filter((one) => one.found(sample)).map(nameOf) }))
    .filter(({ details }) => details.length > 0)
    .sort((a, b) => b.details.length - a.details.length)
  const form = found.length + other.length === 0 ? forms.find((one) => one.found(sample)) : undefined
  return { coding: found, other, form: form?.name }
}

const nameOf = ({ name }: Detector): string => name

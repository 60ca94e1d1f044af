import { crowd } from '../../simulate/crowd.ts'
import type { Holder } from '../../simulate/persona.ts'
import type { PersonaName } from '../../simulate/personas.ts'
import { personas } from '../../simulate/personas.ts'
import { random } from '../random.ts'
import { type LeftOut, promptsOf } from './leftOutPrompts.ts'

/** As many of a kind as among the accounts of the shared week that plays whole sessions, by two hundred. */
const mix: { readonly [P in PersonaName]?: number } = {
  ...{ coder: 28, chatty: 16, terse: 14, occasional: 6, loop: 8, team: 3, niche: 40 },
  ...{ persistent: 13, disguised: 7, drip: 7, reformed: 9, twice: 10, writer: 25, cover: 14 },
}

/** Somebody who says only what the model of one fold has not seen. */
export interface LeftOutHolder extends Holder {
  name: PersonaName
  fold: number
}

/** Accounts of a crowd that take their words from the rows of one fold each, in turn. */
export function population(seed: number, size: number, folds: readonly LeftOut[]): LeftOutHolder[] {
  return [...crowd(seed, size, mix)].map((holder, i) => {
    const fold = i % folds.length
    const name = (Object.keys(personas) as PersonaName[]).find((key) => personas[key] === holder.persona)!
    return {
      ...holder,
      name,
      fold,
      prompts: promptsOf(folds[fold]!, name, holder.language, random(seed * 1_000_003 + i)),
    }
  })
}

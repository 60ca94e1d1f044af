/** Fills `{name}` from values; check in evaluate/ has made sure that every name is known. */
export const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)

/** A moment in milliseconds, to the minute: enough for a person, and the ledger has the rest. */
export const readableTime = (ms: number): string => {
  const iso = new Date(ms).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

/** A number with at most one digit after the point. */
export const readableNumber = (value: number): string => `${Math.round(value * 10) / 10}`

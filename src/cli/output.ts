/** One line on stdout. */
export const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** One line on stderr, where people look and programs do not. */
export const tell = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

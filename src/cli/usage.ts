import type { Command } from 'commander'

/** Lets a command, and every one below it, tell a slip of the command line in one line that ends with what to do. */
export function explainUsage(command: Command, path = command.name()): void {
  command.exitOverride().configureOutput({
    outputError: (text, write) => write(`lanekeeper: ${inOneLine(text)} Run "${path} --help" to see what there is.\n`),
  })
  for (const one of command.commands) explainUsage(one, `${path} ${one.name()}`)
}

/** commander's `error: unknown option '--ot'\n(Did you mean --out?)\n` as sentences. */
function inOneLine(text: string): string {
  const [first = '', ...hints] = text.trim().split('\n')
  const complaint = first.replace(/^error: /, '').replace(/\.?$/, '.')
  return [complaint, ...hints.map((hint) => hint.replace(/^\((.*)\)$/, '$1'))].join(' ')
}

import { readFile } from 'node:fs/promises'
import { run } from './run.ts'

export interface Process {
  parent: number
  /** Its command line, words parted by blanks; empty for one that has ended and that nobody has waited for. */
  command: string
}

/** A process by its id: ids are used again, so who it is is told by its command line. */
export async function processOf(pid: number): Promise<Process | undefined> {
  if (process.platform !== 'linux') return viaPs(pid)
  try {
    const [stat, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ])
    // "pid (name) state parent …", and the name may hold anything
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    return { parent, command: command.replaceAll('\0', ' ') }
  } catch {
    return undefined
  }
}

async function viaPs(pid: number): Promise<Process | undefined> {
  const { isDone, output } = await run('ps', ['-ww', '-o', 'ppid=', '-o', 'command=', '-p', String(pid)])
  const [, parent, command = ''] = output.match(/^\s*(\d+)\s+(.*)/s) ?? []
  return isDone && parent ? { parent: Number(parent), command } : undefined
}

/** Whether there is a process with that id, whosever it is. */
export function isAlive(pid: number): boolean {
  if (Number.isNaN(pid)) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A program that people send requests with: its User-Agent, and what it sends along. */
export interface Client {
  userAgent: string
  /** System prompts that its users have; undefined: it sends none. */
  systems: readonly (string | undefined)[]
  /** Names of the tools that it offers; undefined: it says nothing about tools. */
  tools: readonly string[] | undefined
  /** Whether it works in a project. */
  project: boolean
}

const cli =
  'You are an agent for software engineering. You read, edit and run the code of the project in this directory.'
const editor =
  'You are a programming assistant inside an editor. Answer with changes to the open workspace and nothing else.'

/** Programs for coding, as the default policy supports them. */
export const codingClients: readonly Client[] = [
  {
    userAgent: 'claude-cli/2.0.14 (external, cli)',
    systems: [cli],
    tools: ['Bash', 'Read', 'Edit', 'Write', 'Grep', 'Glob', 'TodoWrite', 'WebFetch'],
    project: true,
  },
  {
    userAgent: 'Cline/3.35.0',
    systems: [editor],
    tools: ['execute_command', 'read_file', 'write_to_file', 'replace_in_file', 'search_files', 'list_files'],
    project: true,
  },
  {
    userAgent: 'opencode/0.15.3',
    systems: [cli],
    tools: ['bash', 'edit', 'read', 'write', 'grep', 'glob'],
    project: true,
  },
  { userAgent: 'codex_cli_rs/0.46.0', systems: [cli], tools: ['shell', 'apply_patch', 'update_plan'], project: true },
  {
    userAgent: 'Kilo-Code/4.102.0',
    systems: [editor],
    tools: ['execute_command', 'read_file', 'apply_diff', 'search_files', 'new_task'],
    project: true,
  },
  { userAgent: 'aider/0.86.1', systems: [editor], tools: undefined, project: true },
]

const writer = 'You are a gifted storyteller. Never break the mood, never lecture.'
const friend = 'You are a warm and attentive companion who answers everything the user asks.'

/** Programs for chatting and writing. */
export const chatClients: readonly Client[] = [
  { userAgent: 'SillyTavern/1.13.4', systems: [writer, friend], tools: [], project: false },
  { userAgent: 'ChatBox/1.15.0', systems: [friend, undefined], tools: [], project: false },
  { userAgent: 'openai-python/1.109.1', systems: [undefined, writer], tools: undefined, project: false },
]

/** One message of a user or of a tool. */
export interface Said {
  text: string
  role: 'user' | 'tool'
}

/** Messages of a whole session, in order. */
export type Conversation = readonly Said[]

/** What somebody has to say: single texts by kind, and whole conversations that are told from their beginning. */
export interface Prompts {
  /** Work for a coding agent, answers of its tools, short replies, questions beside the work. */
  task: readonly string[]
  tool: readonly string[]
  terse: readonly string[]
  aside: readonly string[]
  /** What has nothing to do with code; work on one thing; the first with some of the second in between. */
  page: readonly Conversation[]
  work: readonly Conversation[]
  mixed: readonly Conversation[]
}

/**
 * The names by which coding tools are known: their products, as they open a User-Agent, and the tools that they offer to
 * the model. Without case, blanks and marks, as `nameHash` reads them.
 */
export const codingClients: readonly string[] = [
  ...['aider', 'claude-cli', 'claude-code', 'cline', 'codex', 'codex_cli_rs', 'continue', 'crush', 'cursor'],
  ...['cursor-agent', 'droid', 'factory-cli', 'gemini-cli', 'goose', 'kilo-code', 'opencode', 'qwen-code'],
  ...['roo-code', 'windsurf', 'zed'],
]

/** A request that offers two of these to its model or more comes from a coding tool, whatever its client calls itself. */
export const codingToolNames: readonly string[] = [
  ...['apply_diff', 'apply_patch', 'attempt_completion', 'bash', 'codebase_search', 'developer__shell'],
  ...['developer__text_editor', 'edit', 'edit_file', 'execute_command', 'glob', 'grep', 'grep_search', 'list_files'],
  ...['multiedit', 'read', 'read_file', 'replace_in_file', 'run_shell_command', 'run_terminal_cmd', 'search_files'],
  ...['shell', 'todowrite', 'update_plan', 'view', 'write', 'write_file', 'write_to_file'],
]

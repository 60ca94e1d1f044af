/** Between what is asked for and its name stand words that describe it, none that leads to something else. */
const DESCRIBED =
  "(?:(?!(?:for|of|in|on|to|with|that|which|from|about|and|or|into|at|by|as|test|tests|code|function|script|component|class|regex|query|api|app|endpoint)\\b)[\\w'’-]{1,30},? +){0,6}"
/** What is built around a story is no story. */
const NOT_BUILT =
  "(?!'?s? ?(?:component|app|apps|api|page|card|cards|class|table|parser|model|endpoint|generator|route|view|schema|field|column|id|ids|point|points|list|form|template|editor|service|module|file|files|database|site|plugin|bot|graph|node|player|reader|search|index)\\b)"
/** Looks for a request for a thing, in English. */
export const asks = (verbs: string, things: string) =>
  new RegExp(`\\b(?:${verbs}) +${DESCRIBED}(?:${things})\\b${NOT_BUILT}`, 'i')
/** What one says who wants something written. */
export const MAKE = 'write|writing|compose|draft|continue|finish|rewrite|create|give me|tell me|craft|polish|extend'

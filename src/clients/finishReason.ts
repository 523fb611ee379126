const names: Readonly<Record<string, readonly string[]>> = {
  length: ['length', 'limit', 'max_tokens', 'model_context_window_exceeded'],
  stop: ['stop', 'eos', 'eos_token', 'end_turn'],
  stop_string: ['stop_sequence', 'word'],
  filtered: ['content_filter', 'refusal'],
  tool: ['tool_calls', 'function_call', 'tool_use'],
};
const byWord = new Map(Object.entries(names).flatMap(([name, words]) => words.map((word) => [word, name] as const)));

/** One name for what each server calls its own way: `length`, `stop`, `stop_string`, `filtered`, `tool`, else its word. */
export function finishReason(word: string): string {
  return byWord.get(word) ?? word;
}

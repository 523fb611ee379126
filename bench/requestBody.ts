/** A body as long as the tool's. */
export function bodyOf(promptTokens: number, streamed = false): string {
  const more = streamed ? { stream: true, stream_options: { include_usage: true } } : {};
  const prompt = ' word'.repeat(promptTokens);
  return JSON.stringify({ model: 'bench', prompt, max_tokens: 8, ignore_eos: true, ...more });
}

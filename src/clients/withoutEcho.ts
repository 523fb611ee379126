/**
 * A text without the prompt that a server repeats before its answer, which would be counted as output.
 * @param text all of an answer, or the first of its pieces: an echo comes whole
 */
export function withoutEcho(text: string, prompt: string): string {
  return text.startsWith(prompt) ? text.slice(prompt.length) : text;
}

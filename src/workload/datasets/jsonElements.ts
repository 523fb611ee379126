import type { FileLine } from '../fileLines.ts';

/** What can stand between the objects of an array. */
const between = /^[\s,]*$/;

/**
 * The objects of a JSON array as texts, each with the line that it begins in: found by brackets and quotes alone, so that no more than
 * one of them is in memory. Whether its text is JSON is for its reader to say.
 * @param refuse makes the error for what is no array of objects
 */
export function* jsonElements(
  chunks: Iterable<string>,
  refuse: (line: number, what: string) => Error,
): Generator<FileLine, void, undefined> {
  const marks = /["\\[\]{}\n]/g;
  const parts: string[] = [];
  let [line, beganAt, depth, escaped, isQuoted, hasBegun] = [1, 1, 0, 0, false, false];
  const refuseOther = (stretch: string): void => {
    if (between.test(stretch)) return;
    throw refuse(line, 'expected an array of JSON objects; where each line is one, add --dataset_format jsonl');
  };
  for (const chunk of chunks) {
    let from = 0;
    marks.lastIndex = escaped;
    escaped = 0;
    for (let mark = marks.exec(chunk); mark !== null; mark = marks.exec(chunk)) {
      const { 0: sign, index } = mark;
      if (sign === '\n') line++;
      else if (isQuoted) {
        if (sign === '"') isQuoted = false;
        if (sign !== '\\') continue;
        // It takes the next character with it, which may be the first of the next chunk.
        marks.lastIndex = index + 2;
        if (index + 1 === chunk.length) escaped = 1;
      } else if (sign === '"') {
        if (depth < 2) refuseOther(sign);
        isQuoted = true;
      } else if (sign === '[' || sign === '{') {
        if (depth < 2) refuseOther(chunk.slice(from, index));
        if (depth < 2 && (sign === '{') !== (depth === 1)) refuseOther(sign);
        from = depth === 0 ? index + 1 : depth === 1 ? index : from;
        if (depth === 1) beganAt = line;
        hasBegun = true;
        depth++;
      } else if (sign !== '\\') {
        if (depth < 2) refuseOther(chunk.slice(from, index));
        depth--;
        if (depth === 1) yield { number: beganAt, text: parts.splice(0).join('') + chunk.slice(from, index + 1) };
        if (depth < 2) from = index + 1;
      }
    }
    const rest = chunk.slice(from);
    if (depth > 1) parts.push(rest);
    else refuseOther(rest);
  }
  if (!hasBegun || depth > 0) throw refuse(line, 'expected an array of JSON objects, the file ends before its end');
}

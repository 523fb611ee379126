// Text, or what colours it; only `paint` makes such sequences.
const pieces = /\u001b\[[\d;]*m|[\s\S]/gu;

/** Makes a line, coloured or not, exactly as wide as asked: cut off, or filled with blanks. */
export function fitLine(line: string, width: number): string {
  const { text, columns } = cut(line, width);
  return text + ' '.repeat(Math.max(0, width - columns));
}

/** Cuts off what lies beyond `width`; colours that were on are switched off all the same. */
export function clipLine(line: string, width: number): string {
  return cut(line, width).text;
}

/** Puts drawings side by side, each as wide as asked. */
export function besides(
  left: readonly string[],
  width: number,
  right: readonly string[],
  height = Math.max(left.length, right.length),
): readonly string[] {
  return Array.from({ length: height }, (_, row) => fitLine(left[row] ?? '', width) + (right[row] ?? ''));
}

function cut(line: string, width: number): { readonly text: string; readonly columns: number } {
  let text = '';
  let columns = 0;
  for (const [piece] of line.matchAll(pieces)) {
    if (piece.length > 1 && piece.startsWith('\u001b')) text += piece;
    else if (columns < width) {
      text += piece;
      columns++;
    }
  }
  return { text, columns };
}

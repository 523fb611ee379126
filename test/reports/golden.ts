import { expect } from 'vitest';
import type { TextStyle } from '../../src/reports/textStyle.ts';

export const narrow: TextStyle = { columns: 80, color: false, unicode: true };
export const wide: TextStyle = { ...narrow, columns: 120 };
export const ascii: TextStyle = { ...narrow, unicode: false };

/** Compares lines with a golden file; `npx vitest -u` writes it anew, to be looked at before it is kept. */
export async function expectGolden(
  lines: readonly string[],
  name: string,
  { columns, unicode }: TextStyle,
): Promise<void> {
  for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
  if (!unicode) expect(lines.join('')).toMatch(/^[ -~]*$/);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/${name}.txt`);
}

import { expect, test } from 'vitest';
import { criterion, criterionHearing } from '../../src/criteria/criterion.ts';
import { seatPanel } from '../../src/criteria/panel.ts';
import type { Analysed } from '../../src/metrics/analysed.ts';

test('a judge that says what it needs to hear is asked about nothing else, any other about everything', () => {
  const heard: string[] = [];
  const note = (who: string) => () => (item: Analysed) => {
    heard.push(`${who} ${item.type}`);
    return undefined;
  };
  const picky = criterionHearing(['level.summarized'], note('picky'));
  const hear = seatPanel([picky, criterion(note('other'))], () => undefined);
  for (const type of ['request.sent', 'level.summarized', 'request.sent'] as const) hear({ type } as Analysed);
  expect(heard).toEqual([
    'other request.sent',
    'picky level.summarized',
    'other level.summarized',
    'other request.sent',
  ]);
});

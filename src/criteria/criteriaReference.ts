import { namedRules } from './namedRules.ts';
import { singleQuantities } from './quantities.ts';

/** The tables of figures and names in docs/criteria.md, as the code has them. */
export function renderCriteriaReference(): string {
  const settings = { early_stop_latency: 10, max_error_ratio: 0.5, stop_at_plateau: false };
  const units = { duration: 'us, ms, s, min', ratio: '`5%` or 0.05', share: '`5%` or 0.05', plain: 'none' } as const;
  const figures = Object.entries(singleQuantities).map(
    ([name, { unit, meaning }]) => `| \`${name}\` | ${units[unit]} | ${meaning} |`,
  );
  const names = namedRules.map(({ name, meaning, text }) => {
    const rule = text(settings);
    return `| \`${name}\` | ${meaning} | ${rule === undefined ? '' : `\`${rule}\``} |`;
  });
  return [
    '| figure | unit of its limit | what it is |',
    '|---|---|---|',
    ...figures,
    '',
    '| name | true once | stands for |',
    '|---|---|---|',
    ...names,
  ].join('\n');
}

import type { Definitions } from '../../metrics/definitions/definitions.ts';
import { element, escapeMarkup } from '../charts/svg.ts';
import { formulaOf, type formulas } from '../formulas.ts';
import { plainText } from '../plainText.ts';
import type { Remark } from '../remarks.ts';

/** Widths that charts are drawn at: for a screen, for half of it, for a phone. */
export const chartWidths = { whole: 1140, main: 760, half: 560, narrow: 360 } as const;

/** Text of anybody, as markup. Names of options stay on one line: browsers break after hyphens. */
export function text(words: string): string {
  return escapeMarkup(plainText(words)).replace(/(?<![\w-])--[a-z]\w*/g, '<span class="option">$&</span>');
}

/** A chart, drawn once for a wide screen and once for a phone, so that its text is readable on both. Nothing where it is empty. */
export function figure(wideWidth: number, draw: (width: number) => string, caption?: string): string {
  const wide = draw(wideWidth);
  if (wide === '') return '';
  return element(
    'figure',
    {},
    element('div', { class: 'wide' }, wide),
    element('div', { class: 'narrow' }, draw(chartWidths.narrow)),
    ...(caption === undefined ? [] : [element('figcaption', {}, text(caption))]),
  );
}

export interface Tab {
  readonly name: string;
  readonly content: string;
}

/** Panels of which one is shown; radio buttons, so that the keyboard and a browser without scripts can choose. */
export function tabs(group: string, panels: readonly Tab[]): string {
  const filled = panels.filter(({ content }) => content !== '');
  if (filled.length < 2) return filled.map(({ content }) => content).join('');
  const choices = filled.map(({ name }, index) => {
    const id = `${group}-${index}`;
    const input = { type: 'radio', name: group, id, ...(index === 0 ? { checked: '' } : {}) };
    return element('input', input) + element('label', { for: id }, text(name));
  });
  const contents = filled.map(({ content }) => element('div', { class: 'panel' }, content));
  return element('div', { class: 'tabs' }, ...choices, ...contents);
}

/** A section with its heading; nothing where it has no content. */
export function section(id: string, title: string, ...content: string[]): string {
  const filled = content.filter((part) => part !== '');
  if (filled.length === 0) return '';
  return element(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title` }, text(title)),
    ...filled,
  );
}

export function subtitle(words: string): string {
  return words === '' ? '' : element('h3', {}, text(words));
}

/** Remarks as a list with a mark for each. */
export function remarkList(remarks: readonly Remark[]): string {
  const classes: Partial<Record<Remark['tone'], string>> = { faint: 'faint', warning: 'warning', bad: 'bad' };
  const items = remarks.map(({ text: words, tone }) => element('li', { class: classes[tone] ?? 'plain' }, text(words)));
  return items.length === 0 ? '' : element('ul', { class: 'trust' }, ...items);
}

/** A name that tells its formula when it is asked. */
export function explained(name: string, formula: keyof typeof formulas, definitions?: Definitions): string {
  const { name: full, words } = formulaOf(formula, definitions);
  const tip = `${full}\n${words}`;
  return element('abbr', { tabindex: 0, 'data-tip': '', 'aria-label': tip }, text(name));
}

/** A cell of a table, as markup, with what it says when it is asked. */
export interface Cell {
  readonly content: string;
  readonly tip?: string | undefined;
  readonly kind?: 'bad-cell';
}

/** A row of a table. */
export interface Row {
  readonly cells: readonly Cell[];
  /** Whether it is the row that matters. */
  readonly isMarked?: boolean;
  /** What is to be said of it, over the whole width below; empty for nothing. */
  readonly remark?: string;
}

/** A table that scrolls by itself where the screen is narrow. */
export function table(label: string, head: readonly Cell[], rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const cell = (name: 'th' | 'td', { content, tip, kind }: Cell): string =>
    element(
      name,
      {
        class: kind,
        scope: name === 'th' ? 'col' : undefined,
        'data-tip': tip,
        // What a pointer shows is there for the keyboard too.
        tabindex: tip === undefined ? undefined : 0,
      },
      content,
    );
  const body = rows.flatMap(({ cells, isMarked = false, remark = '' }) => {
    const kinds = [...(isMarked ? ['saturated'] : []), ...(remark === '' ? [] : ['remarked'])].join(' ');
    const row = element('tr', kinds === '' ? {} : { class: kinds }, ...cells.map((one) => cell('td', one)));
    if (remark === '') return [row];
    const words = element('td', { class: 'words', colspan: head.length - 1 }, element('span', {}, text(remark)));
    return [row, element('tr', { class: isMarked ? 'saturated remark' : 'remark' }, element('td', {}, ''), words)];
  });
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...head.map((one) => cell('th', one)))),
      element('tbody', {}, ...body),
    ),
  );
}

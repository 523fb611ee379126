import { expect, test } from 'vitest';
import { text } from '../../../src/reports/page/pageParts.ts';
import { renderPage } from '../../../src/reports/page/reportPage.ts';
import { foldedReport, madeUpReport } from '../madeUpReport.ts';
import { madeUpLevel, madeUpRun } from '../madeUpRun.ts';

const page = renderPage([foldedReport({ seed: 1, failureRatio: 0.1 }, [1, 2, 4])], '0.1.0');

/** Tags that are opened and closed: each must be closed in its turn. */
function unclosed(html: string): readonly string[] {
  const open: string[] = [];
  const markup = html.replace(/<(script|style)>[\s\S]*?<\/\1>/g, '').replace('<!doctype html>', '');
  for (const [, slash, name = '', , self] of markup.matchAll(/<(\/?)([a-z0-9]+)((?:\s[^<>]*?)?)(\/?)>/gi)) {
    if (self === '/' || name === 'meta') continue;
    if (slash === '') open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [...open, `/${name}`];
  }
  return open;
}

test('every tag of a page is closed in its turn', () => {
  expect(unclosed(page)).toEqual([]);
});

test('a page needs nothing from anywhere', () => {
  expect(page).not.toMatch(/\b(src|href)=|@import|url\(/);
  expect([...page.matchAll(/https?:\/\/[^"]*/g)].map(String).filter((url) => !url.endsWith('/2000/svg'))).toEqual([]);
  expect(page).toContain("default-src 'none'");
});

test('the first screen says what was measured, the answer, and whether to trust it', () => {
  const first = page.slice(0, page.indexOf('<section'));
  expect(first).toMatch(/<h1>[^<]{10,}<\/h1>/);
  expect(first).toContain('simulated-8b');
  expect(first).toContain('Can I trust it?');
  expect(first).toContain('The log gives the figures of the live run again');
  expect(first).toContain('Throughput (output tokens/s)');
});

test('names of options do not break after their hyphens', () => {
  expect(text('raise --num_requests_per_client (--level_seconds) of my--model')).toBe(
    'raise <span class="option">--num_requests_per_client</span> (<span class="option">--level_seconds</span>) of my--model',
  );
  expect(page).toContain('.option{white-space:nowrap}');
});

test('all that stands behind the answer follows, in order', () => {
  const ids = [...page.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);
  expect(ids).toEqual(['levels', 'load', 'spreads', 'time', 'lengths', 'generator', 'options', 'formulas']);
});

test('ids are unique, and labels point at them', () => {
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of page.matchAll(/\s(?:for|aria-labelledby)="([^"]+)"/g)) expect(ids).toContain(id);
});

test('what the keyboard reaches in a chart has words', () => {
  const reached = [...page.matchAll(/<(?:circle|path|g|rect) [^>]*tabindex="0"[^>]*>/g)].map(([tag]) => tag);
  expect(reached.length).toBeGreaterThan(20);
  for (const tag of reached) expect(tag).toMatch(/aria-label="[^"]+"/);
});

test('no figure is one that a program would print by mistake', () => {
  expect(page.replace(/<script>[\s\S]*<\/script>/, '')).not.toMatch(/NaN|undefined|Infinity|\[object/);
});

test('text of servers and files is no markup', () => {
  const evil = '<img src=x onerror=alert(1)>';
  const run = madeUpRun([madeUpLevel(1)], { warnings: [evil] });
  const report = madeUpReport(run);
  const html = renderPage(
    [{ ...report, started: { ...report.started, model: evil, options: { api: evil } }, place: evil, damage: evil }],
    '0.1.0',
  );
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img');
});

test('a run without levels has a page that says so', () => {
  const html = renderPage([madeUpReport(madeUpRun([], { sweeps: [] }))], '0.1.0');
  expect(html).toContain('No level was measured');
  expect(unclosed(html)).toEqual([]);
});

test('several runs share one curve and keep their own tables', () => {
  const runs = [1, 2].map((seed) => ({ ...foldedReport({ seed }, [1, 2]), label: `run ${seed}` }));
  const html = renderPage(runs, '0.1.0');
  expect(html).toContain('<h1>2 runs</h1>');
  expect(html).toContain('>run 2, p99<');
  expect(html.match(/aria-label="Levels"/g)).toHaveLength(2);
});

test('a page is bounded, however many requests stand behind it', () => {
  const many = renderPage([foldedReport({ seed: 1, planned: 2000 }, [1, 2, 4])], '0.1.0');
  expect(page.length).toBeLessThan(500_000);
  expect(many.length).toBeLessThan(page.length * 1.6);
});

test('what a cell of a table says when it is pointed at, the keyboard reaches too', () => {
  const cells = [...page.matchAll(/<t[hd][^>]* data-tip="[^"]+"[^>]*>/g)].map(String);
  expect(cells.length).toBeGreaterThan(10);
  for (const cell of cells) expect(cell).toContain('tabindex="0"');
});

test('the options of every sweep are shown: what they share once, what differs for each', () => {
  const report = foldedReport({ seed: 1 }, [1, 2]);
  const [sweep = expect.fail('no sweep')] = report.summary.sweeps;
  const sweeps = [128, 2600].map((prompt_length) => ({ ...sweep, options: { shared: 'one value', prompt_length } }));
  const html = renderPage([{ ...report, summary: { ...report.summary, sweeps } }], '0.1.0');
  const options = /<section id="options"[\s\S]*?<\/section>/.exec(html)?.[0] ?? '';
  expect(options.match(/one value/g)).toHaveLength(1);
  expect(options).toMatch(/Sweep 1[\s\S]*128[\s\S]*Sweep 2[\s\S]*2600/);
});

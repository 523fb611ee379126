import type { Load } from '../events/events.ts';

/** Stands for what was not measured. */
export const absent = '-';

const prefixes = ['', 'k', 'M', 'G', 'T'];
const mostDigits = 9999.5;

/**
 * A number for people: three significant digits, four from 1 000 on, then thousands as `12.5k`.
 *
 * @example formatNumber(1.814) // 1.81
 * @example formatNumber(1254.3) // 1 254
 * @returns `-` where there is none
 */
export function formatNumber(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return absent;
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001) return value < 0 ? '0' : '<0.001';
  const text = formatSize(size);
  return value < 0 ? `-${text}` : text;
}

/** A rate of tokens: whole from 10 on. */
export function formatTokens(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return absent;
  if (value >= mostDigits) return formatNumber(value);
  return value < 9.95 ? trimZeros(Math.max(0, value).toFixed(1)) : grouped(value.toFixed(0));
}

/** How many of something. */
export function formatCount(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return absent;
  return value >= mostDigits ? formatNumber(value) : grouped(Math.max(0, value).toFixed(0));
}

/** How many clients, or which numbers of them: `1 client`, `1, 2 and 4 clients`. */
export function formatClients(...counts: readonly (number | undefined)[]): string {
  const numbers = [...new Set(counts.map(formatCount))];
  return `${formatList(numbers)} ${numbers.length === 1 && numbers[0] === '1' ? 'client' : 'clients'}`;
}

/** How much of a load, without its unit. */
export function formatLoad({ kind, value }: Load): string {
  return kind === 'clients' ? formatCount(value) : `${trimZeros(formatNumber(value))}${kind === 'trace' ? 'x' : ''}`;
}

/** Loads with their unit: `1 client`, `1, 2 and 4 clients`, `0.5 and 2 requests/s`, `speeds 1x and 2x`. */
export function formatLoads(...loads: readonly Load[]): string {
  const ascending = loads.toSorted((one, other) => one.value - other.value);
  const clients = ascending.filter(({ kind }) => kind === 'clients').map(({ value }) => value);
  const ofKind = (wanted: Load['kind']) => [
    ...new Set(ascending.filter(({ kind }) => kind === wanted).map((load) => formatLoad(load))),
  ];
  const [rates, speeds] = [ofKind('ratePerSec'), ofKind('trace')];
  const words = [
    ...(clients.length === 0 ? [] : [formatClients(...clients)]),
    ...(rates.length === 0 ? [] : [`${formatList(rates)} requests/s`]),
    ...(speeds.length === 0 ? [] : [`${speeds.length === 1 ? 'speed' : 'speeds'} ${formatList(speeds)}`]),
  ];
  return words.join(' and ');
}

/** The head of a column of loads. */
export type LoadHead = 'clients' | 'offered' | 'speed';

/** The head of a column of these loads. */
export function loadHead(levels: readonly { readonly load: Load }[]): LoadHead {
  const areAll = (wanted: Load['kind']) => levels.length > 0 && levels.every(({ load }) => load.kind === wanted);
  if (areAll('trace')) return 'speed';
  return areAll('ratePerSec') ? 'offered' : 'clients';
}

/** What axes of loads are called. */
export const loadAxes = {
  clients: { label: 'Clients', short: 'Clients', over: 'the number of clients' },
  offered: { label: 'Offered rate (requests/s)', short: 'Req/s', over: 'the offered rate' },
  speed: { label: 'Speed of the trace (1 is as recorded)', short: 'Speed', over: 'the speed of the trace' },
} as const;

/** A duration with its unit: `8.12 ms`, `790 ms`, `1.62 s`, `3.40 h`. @param ms may be absent */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined || !Number.isFinite(ms)) return absent;
  if (ms < 0.1) return `${trimZeros(Math.max(0, ms).toFixed(2))} ms`;
  if (ms < 999.5) return `${formatNumber(ms)} ms`;
  if (ms < mostDigits * 1000) return `${formatNumber(ms / 1000)} s`;
  return `${formatNumber(ms / 3_600_000)} h`;
}

/** A share as per cent. @param ratio 1 is the whole */
export function formatPercent(ratio: number | undefined): string {
  const percent = (ratio ?? Number.NaN) * 100;
  if (!Number.isFinite(percent)) return absent;
  const digits = Math.abs(percent) < 9.95 ? 1 : 0;
  const text = trimZeros(Math.abs(percent).toFixed(digits));
  return `${percent < 0 && text !== '0' ? '-' : ''}${text} %`;
}

/** Time left or passed, for a line that counts: `0:41`, `1:02:03`. */
export function formatCountdown(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (part: number): string => String(part).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A list as one would say it: `1, 2 and 4`. */
export function formatList(items: readonly (string | number)[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** Without the zeros that say nothing: `1.50 s` is `1.5 s`, `2.00` is `2`. */
export function trimZeros(text: string): string {
  return text.replace(/(\.\d*?)0+(?!\d)/, '$1').replace(/\.(?!\d)/, '');
}

function formatSize(size: number): string {
  if (size < 0.0995) return size.toPrecision(2);
  if (size < 9.995) return size.toFixed(2);
  if (size < 99.95) return size.toFixed(1);
  if (size < mostDigits) return grouped(size.toFixed(0));
  let scaled = size;
  let prefix = 0;
  while (scaled >= 999.5 && prefix < prefixes.length - 1) {
    scaled /= 1000;
    prefix++;
  }
  return scaled >= mostDigits ? scaled.toExponential(1) : formatSize(scaled) + prefixes[prefix];
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, ' ');
}

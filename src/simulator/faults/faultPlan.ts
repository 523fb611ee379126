import { randomStreams } from '../../core/random.ts';
import { breaks } from './breaks.ts';
import type { Fault } from './fault.ts';
import { packets } from './packets.ts';
import { refusals } from './refusals.ts';
import { rewrites } from './rewrites.ts';
import { stalls } from './stalls.ts';

/** All faults, by the name that `--fault` takes. A new one is an entry in one of these tables. */
export const faults: Readonly<Record<string, Fault>> = { ...refusals, ...stalls, ...breaks, ...packets, ...rewrites };

/** `NAME[:SHARE[:SECONDS]]`, read. */
export interface PlannedFault {
  readonly name: string;
  readonly fault: Fault;
  /** The share of requests that meet it, from 0 to 1. */
  readonly share: number;
  readonly seconds: number;
}

const planned = /^([a-z0-9_]+)(?::([\d.]+)(?::([\d.]+))?)?$/;

/** Reads one fault. @returns a sentence where it is none */
export function parseFault(text: string): PlannedFault | string {
  const [, name = '', shareText = '1', secondsText] = planned.exec(text) ?? [];
  const fault = Object.hasOwn(faults, name) ? faults[name] : undefined;
  if (fault === undefined) return `expected NAME[:SHARE[:SECONDS]] with a name of ${Object.keys(faults).join(', ')}`;
  const share = Number(shareText);
  if (!(share > 0 && share <= 1)) return 'expected a share of the requests over 0 and up to 1, such as http500:0.2';
  const seconds = Number(secondsText ?? fault.seconds ?? 0);
  if (secondsText !== undefined && fault.seconds === undefined) return `${name} has no duration`;
  return Number.isFinite(seconds) ? { name, fault, share, seconds } : 'expected a duration in seconds';
}

/** Which fault a request meets: seeded, so that the same request of the same server meets the same. */
export type FaultOf = (request: number) => PlannedFault | undefined;

/** @param texts as {@link parseFault} reads them, their shares side by side: what is beyond 1 is never met */
export function planFaults(texts: readonly string[], seed: number): FaultOf {
  const plan = texts.map(parseFault).filter((fault) => typeof fault !== 'string');
  const drawOf = randomStreams(seed, 'faults');
  return (request) => {
    let left = drawOf(request)();
    return plan.find(({ share }) => {
      left -= share;
      return left < 0;
    });
  };
}

import type { JsonValue, MachineCeiling } from '../events/events.ts';
import type { LevelSummary } from './levelSummary.ts';
import type { RepeatedSweep } from './repeatSpread.ts';

/** Where more load stops bringing more throughput. */
export interface Saturation {
  /** `found`: more load brings no more. `notSaturated`: the largest load still brought over 5 % more. `unknown`: see `reason`. */
  readonly status: 'found' | 'notSaturated' | 'unknown';
  /** The smallest load whose throughput reaches 95 % of the plateau. */
  readonly clients?: number;
  /** Of a sweep of rates: the highest at which the server settled, with no lower one at which it fell behind. Then there are no clients. */
  readonly ratePerSec?: number;
  /** Of a sweep of rates: the lowest at which it fell behind. */
  readonly tooHighRatePerSec?: number;
  /** Of a sweep of speeds of a trace: the highest at which the server settled, as of rates. */
  readonly speed?: number;
  /** Of a sweep of speeds: the lowest at which it fell behind. */
  readonly tooHighSpeed?: number;
  /** With 95 % confidence the saturation point is above the first load and at most the second. Absent where levels are too short. */
  readonly clientsInterval?: readonly [above: number, upTo: number];
  /** Throughput at the saturation point as a share of the plateau; from 0.95 to 1. */
  readonly reachedRatio?: number;
  /** The load with the highest throughput of those that count: the plateau was measured with it. */
  readonly plateauClients?: number;
  /** Of the plateau: with `plateauClients`, not with `clients`. */
  readonly requestsPerSec?: number;
  /** Of the plateau, too. */
  readonly outputTokensPerSec?: number;
  /** 95 % interval of the plateau, as half its width over its value. */
  readonly relativeHalfWidth?: number;
  /** Loads whose throughput / latency is within 5 % of the best. */
  readonly maxPowerClients?: readonly [from: number, to: number];
  /** Why there is none, or what weakens it, in words. */
  readonly reason?: string;
}

/** The largest load at which the share of requests that was asked for keeps every objective, as far as the levels tell. */
export interface LoadUnderObjectives {
  /** `found`: between the highest load that held and the lowest that missed lie less than 5 % (rates), or at most a factor of 2 (clients). `open`: see `reason`. */
  readonly status: 'found' | 'open';
  /** Of a sweep of clients: the most that surely held, below all that surely missed. Absent where none did. */
  readonly clients?: number;
  /** Of a sweep of clients: the fewest that surely missed. Absent where none did. */
  readonly tooManyClients?: number;
  /** Of a sweep of rates: the highest that surely held, below all that surely missed. Absent where none did. */
  readonly ratePerSec?: number;
  /** Of a sweep of rates: with 90 % confidence the largest lies between these: 5 % below the highest that held, 5 % above the lowest that missed. Absent where none missed. */
  readonly interval?: readonly [fromPerSec: number, toPerSec: number];
  /** Loads that were tried; each is a level, with its evidence in `objectives.attainment`. */
  readonly probes: number;
  /** Why it is open, in words. */
  readonly reason?: string;
}

/** The shape of `summary.json` and of `--output json`. */
export interface RunSummary {
  /** Grows with every change of this shape that is more than a new key. */
  readonly schemaVersion: 1;
  /** The run as a whole. */
  readonly run: {
    /** Names the run, after the time at which it began. */
    readonly id: string;
    /** When it began, ISO 8601. */
    readonly startedAt: string;
    /** The client that sent the requests (`--api`). */
    readonly api: string;
    /** The model named to the server. */
    readonly model: string;
    /** What prompts were counted with. */
    readonly tokenizer: string;
    /** The resolved options, secrets left out. */
    readonly options: { readonly [option: string]: JsonValue };
    /** What the machine can send, by `deepspeedometer calibrate`. Absent where it was not calibrated. */
    readonly ceiling?: MachineCeiling;
    /** What the command ended with. Absent while the run goes on or after a crash. */
    readonly exitCode?: number;
    /** Why it ended as it did, in words, where that was not in order. */
    readonly reason?: string;
  };
  /** One for each combination of options, in the order in which they were run. */
  readonly sweeps: readonly {
    /** The sweep's number, from 0. */
    readonly id: number;
    /** The resolved options of the sweep. */
    readonly options: { readonly [option: string]: JsonValue };
    /** Where it saturates. */
    readonly saturation: Saturation;
    /** Of a sweep of clients or rates with `--objective`: the largest load that keeps them. */
    readonly underObjectives?: LoadUnderObjectives;
    /** Why the sweep ended before its last level, in words. */
    readonly stopReason?: string;
  }[];
  /** All levels that were run or skipped, in that order. */
  readonly levels: readonly LevelSummary[];
  /** That of the only sweep. Absent where there are several. */
  readonly saturation?: Saturation;
  /** How much figures differ between the repeats of each sweep. Absent without `--repeats`. */
  readonly repeats?: readonly RepeatedSweep[];
  /** What was said of the run that a reader of the figures should know. */
  readonly warnings: readonly string[];
}

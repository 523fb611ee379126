import type { JsonValue } from '../events/events.ts';
import type { LevelSummary } from './levelSummary.ts';

/** Where more load stops bringing more throughput. */
export interface Saturation {
  readonly status: 'found' | 'notSaturated' | 'unknown';
  /** The smallest load whose throughput reaches 95 % of the plateau. */
  readonly clients?: number;
  readonly requestsPerSec?: number;
  readonly outputTokensPerSec?: number;
  /** 95 % interval of the plateau, as half its width over its value. */
  readonly relativeHalfWidth?: number;
  /** Loads whose throughput / latency is within 5 % of the best. */
  readonly maxPowerClients?: readonly [from: number, to: number];
  /** Why there is none, or what weakens it, in words. */
  readonly reason?: string;
}

/** The shape of `summary.json` and of `--output json`. */
export interface RunSummary {
  readonly schemaVersion: 1;
  readonly run: {
    readonly id: string;
    readonly startedAt: string;
    readonly api: string;
    readonly model: string;
    readonly tokenizer: string;
    readonly options: { readonly [option: string]: JsonValue };
    /** Absent while the run goes on or after a crash. */
    readonly exitCode?: number;
    readonly reason?: string;
  };
  readonly sweeps: readonly {
    readonly id: number;
    readonly options: { readonly [option: string]: JsonValue };
    readonly saturation: Saturation;
    /** Why the sweep ended before its last level, in words. */
    readonly stopReason?: string;
  }[];
  readonly levels: readonly LevelSummary[];
  /** Only where there is one sweep. */
  readonly saturation?: Saturation;
  readonly warnings: readonly string[];
}

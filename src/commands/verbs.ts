import { resolveOptions } from '../config/resolveOptions.ts';
import { resolveRuns } from '../config/resolveRuns.ts';
import { runOptionSpecs } from '../config/runOptions.ts';
import { serveSlices } from '../config/serveOptions.ts';
import type { Verb } from './verb.ts';

/** Every verb. The first is the one that needs not be named. */
export const verbs = {} satisfies Record<string, Verb>;

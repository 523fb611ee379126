import { SpeedometerError } from '../core/errors.ts';
import { type Recorded, schemaVersion } from './events.ts';

/** An event as an older version wrote it: what it holds is known to the upcaster of that version alone. */
export type OlderEvent = { readonly type: string; readonly seq: number } & { readonly [field: string]: unknown };

/** Turns an event of one schema version into one of the next. Pure; once released it is never changed. */
export type Upcaster = (event: OlderEvent) => OlderEvent;

/** One step for each version that came before, under the version that it starts from. Version 1 is the first there was. */
const upcasters: Readonly<Record<number, Upcaster>> = {};

/**
 * How events of a log of `version` are read: a step at a time up to `target`, so that all others meet the current
 * version only.
 * @throws SpeedometerError `bug` where a step is missing
 */
export function upcasterFrom(
  version: number,
  steps: Readonly<Record<number, Upcaster>> = upcasters,
  target = schemaVersion,
): (events: readonly Recorded[]) => readonly Recorded[] {
  const path = Array.from({ length: Math.max(0, target - version) }, (_, index) => {
    const step = steps[version + index];
    if (step === undefined) throw new SpeedometerError('bug', `no upcaster from schema ${version + index}`);
    return step;
  });
  if (path.length === 0) return (events) => events;
  return (events) =>
    events.map((event) =>
      path.reduce((older, step) => step(older), event as unknown as OlderEvent),
    ) as unknown as readonly Recorded[];
}

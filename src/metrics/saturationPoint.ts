import type { LevelSummary } from './levelSummary.ts';
import type { Saturation } from './runSummary.ts';

/** Whether a level is the load that its sweep's answer names: the saturation point, or the highest rate that was borne. */
export function isSaturationPoint({ load, generator }: LevelSummary, saturation: Saturation | undefined): boolean {
  if (saturation?.status !== 'found' || generator.verdict === 'clientLimited') return false;
  const { clients, ratePerSec, speed } = saturation;
  return load.value === { clients, ratePerSec, trace: speed }[load.kind];
}

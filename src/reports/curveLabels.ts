import type { Load } from '../events/events.ts';
import type { DotCanvas } from './dotCanvas.ts';
import { formatLoad } from './quantities.ts';

/** A point of the curve in a cell of the drawing. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly load: Load;
  readonly isSaturation: boolean;
}

export interface PlacedLabel {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly isSaturation: boolean;
}

/** Neighbours that share a label because there is no room for one each. */
type Group = readonly [Spot, ...Spot[]];

/**
 * Finds places for the labels, none over another or over a point, off the curve's line where that is possible.
 * Neighbours in one cell, or without room for a label each, share one: `1-4`.
 */
export function placeLabels(spots: readonly Spot[], canvas: DotCanvas): readonly PlacedLabel[] {
  let groups = groupBySpot(spots);
  for (;;) {
    const placed: (PlacedLabel | undefined)[] = new Array<PlacedLabel | undefined>(groups.length);
    const byWeight = [...groups.keys()].sort((one, other) => weight(groups[other]) - weight(groups[one]));
    const stuck = byWeight.find((index) => {
      const group = groups[index];
      placed[index] = group && placeLabel(group, canvas, placed);
      return placed[index] === undefined;
    });
    if (stuck === undefined || groups.length === 1) return placed.filter((label) => label !== undefined);
    groups = joinWithNeighbour(groups, stuck);
  }
}

function groupBySpot(spots: readonly Spot[]): readonly Group[] {
  const groups: [Spot, ...Spot[]][] = [];
  for (const spot of spots) {
    const last = groups.at(-1);
    if (last !== undefined && last[0].x === spot.x && last[0].y === spot.y) last.push(spot);
    else groups.push([spot]);
  }
  return groups;
}

function joinWithNeighbour(groups: readonly Group[], index: number): readonly Group[] {
  const first = index > 0 ? index - 1 : 0;
  const [one, other] = [groups[first], groups[first + 1]];
  if (one === undefined || other === undefined) return groups;
  return [...groups.slice(0, first), [...one, ...other] as Group, ...groups.slice(first + 2)];
}

/** The saturation point chooses first, the largest loads next: there the curve is told. */
function weight(group: Group | undefined): number {
  if (group === undefined) return 0;
  return group.some(({ isSaturation }) => isSaturation) ? Number.POSITIVE_INFINITY : (group.at(-1)?.load.value ?? 0);
}

function placeLabel(
  group: Group,
  canvas: DotCanvas,
  placed: readonly (PlacedLabel | undefined)[],
): PlacedLabel | undefined {
  const isSaturation = group.some((spot) => spot.isSaturation);
  const { x, y } = group.find((spot) => spot.isSaturation) ?? group[group.length >> 1] ?? group[0];
  const [first, last] = [formatLoad(group[0].load), formatLoad((group.at(-1) ?? group[0]).load)];
  const word = group[0].load.kind === 'clients' ? 'saturated' : 'kept up';
  const numbers = group.length === 1 ? first : `${first}-${last}`;
  for (const text of isSaturation ? [`${numbers} ${word}`, numbers] : [numbers]) {
    const width = text.length;
    const places = [
      { x: x + 2, y },
      { x: x - ((width - 1) >> 1), y: y + 1 },
      { x: x + 1, y: y + 1 },
      { x: x - width - 1, y: y - 1 },
      { x: x - ((width - 1) >> 1), y: y - 1 },
      { x: x - width - 1, y },
      { x: x + 1, y: y - 1 },
    ].map((place) => ({ ...place, text, isSaturation }));
    const free = places.filter((place) => isFree(place, canvas, placed));
    const crossings = free.map((place) => dotsUnder(place, canvas));
    const least = Math.min(...crossings);
    const best = free[crossings.indexOf(least)];
    if (best !== undefined) return best;
  }
  return undefined;
}

/** Inside the drawing, over no point, and two blanks from other labels: with one, `85 100` would read as one number. */
function isFree({ x, y, text }: PlacedLabel, canvas: DotCanvas, placed: readonly (PlacedLabel | undefined)[]): boolean {
  if (x < 0 || y < 0 || y >= canvas.height || x + text.length > canvas.width) return false;
  for (let column = x; column < x + text.length; column++) if (canvas.isWritten(column, y)) return false;
  return placed.every(
    (label) =>
      label === undefined || label.y !== y || x > label.x + label.text.length + 1 || label.x > x + text.length + 1,
  );
}

function dotsUnder({ x, y, text }: PlacedLabel, canvas: DotCanvas): number {
  let crossed = 0;
  for (let column = x; column < x + text.length; column++) if (!canvas.isBlank(column, y)) crossed++;
  return crossed;
}

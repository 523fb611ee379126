import { textSize } from './plotFrame.ts';
import { textWidth } from './svg.ts';

/** A label that wants to stand beside a point. */
export interface WantedLabel {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** The heavier one chooses first. One of infinite weight stands also where it is away from its point. */
  readonly weight: number;
  readonly colour: string;
}

/** A place in a picture. */
export type Place = readonly [x: number, y: number];

export interface StandingLabel extends WantedLabel {
  /** Left end of the baseline. */
  readonly left: number;
  readonly baseline: number;
  /** From the point to a label that stands away from it. */
  readonly leader?: readonly [from: Place, to: Place];
}

/** Of bold text, against the other. */
const boldWidth = 1.12;
/** Of the ring around the saturation point. */
const markRadius = 9;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Finds places for labels beside their points: over no mark, over no other label, within the bounds, off the lines where
 * that is possible. One that has no such place is left out.
 * @param lines the places that each line of the picture joins
 */
export function standLabels(
  wanted: readonly WantedLabel[],
  lines: readonly (readonly Place[])[],
  bounds: Box,
): readonly StandingLabel[] {
  const taken: Box[] = lines.flat().map(([x, y]) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
  const standing: StandingLabel[] = [];
  for (const label of wanted.toSorted((one, other) => other.weight - one.weight)) {
    const width = textWidth(label.text, textSize) * (label.weight === Number.POSITIVE_INFINITY ? boldWidth : 1);
    const near = places(label, width);
    const all = label.weight === Number.POSITIVE_INFINITY ? [...near, ...farPlaces(label, width, bounds)] : near;
    const free = all.filter(({ left, baseline }) => {
      const box = boxOf(left, baseline, width);
      return isWithin(box, bounds) && taken.every((other) => !overlaps(box, other));
    });
    const crossings = free.map((place) => {
      const box = boxOf(place.left, place.baseline, width);
      const onLeader = near.includes(place) ? [] : alongLeader(box, label);
      return [box, ...onLeader].reduce((sum, part) => sum + crossed(part, lines), 0);
    });
    const place = free[crossings.indexOf(Math.min(...crossings))];
    if (place === undefined) continue;
    const box = boxOf(place.left, place.baseline, width);
    taken.push(box);
    standing.push({ ...label, ...place, ...(near.includes(place) ? {} : { leader: leaderTo(box, label) }) });
  }
  return standing;
}

function places({ x, y }: WantedLabel, width: number): readonly { left: number; baseline: number }[] {
  const below = y + textSize + 6;
  const above = y - 8;
  return [
    { left: x - width / 2, baseline: below },
    { left: x + 7, baseline: below - 4 },
    { left: x - width - 7, baseline: below - 4 },
    { left: x + 9, baseline: y + 4 },
    { left: x - width - 9, baseline: y + 4 },
    { left: x - width / 2, baseline: above },
    { left: x + 7, baseline: above + 2 },
    { left: x - width - 7, baseline: above + 2 },
    { left: x - width - 14, baseline: y + 4 },
    { left: x + 14, baseline: y + 4 },
    { left: x - width / 2, baseline: below + 14 },
    { left: x + 9, baseline: below + 8 },
  ];
}

/** Lines of text away from the point, the nearest first; as far to either side as there is room. */
function farPlaces({ x, y }: WantedLabel, width: number, { left, right }: Box): ReturnType<typeof places> {
  const lefts = [x - width / 2, x - width - 20, x + 20].map((at) => Math.min(Math.max(at, left), right - width));
  return [2, 3, 4, 5, 6, 8].flatMap((lines) =>
    [y + lines * textSize * 1.4, y - lines * textSize * 1.4].flatMap((baseline) =>
      lefts.map((at) => ({ left: at, baseline })),
    ),
  );
}

/** To the nearest place of the label, from outside of the mark. */
function leaderTo(box: Box, { x, y }: WantedLabel): readonly [Place, Place] {
  const [toX, toY] = [Math.min(Math.max(x, box.left), box.right), Math.min(Math.max(y, box.top), box.bottom)];
  const share = markRadius / Math.max(markRadius, Math.hypot(toX - x, toY - y));
  return [
    [x + (toX - x) * share, y + (toY - y) * share],
    [toX, toY],
  ];
}

/** Small boxes from end to end of a leader, for what it runs through. */
function alongLeader(box: Box, label: WantedLabel): readonly Box[] {
  const [[fromX, fromY], [toX, toY]] = leaderTo(box, label);
  const count = Math.ceil(Math.hypot(toX - fromX, toY - fromY) / 4);
  return Array.from({ length: count }, (_, index) => {
    const [x, y] = [fromX + ((toX - fromX) * index) / count, fromY + ((toY - fromY) * index) / count];
    return { left: x - 1, right: x + 1, top: y - 2, bottom: y + 2 };
  });
}

function boxOf(left: number, baseline: number, width: number): Box {
  return { left, right: left + width, top: baseline - textSize + 2, bottom: baseline + 3 };
}

/** How many of the lines run through a box, found by looking at some places of each stretch. */
function crossed(box: Box, lines: readonly (readonly Place[])[]): number {
  const steps = 24;
  return lines.filter((line) =>
    line.some(([x, y], index) => {
      const [nextX, nextY] = line[index + 1] ?? [x, y];
      return Array.from({ length: steps + 1 }, (_, step) => step / steps).some((share) => {
        const [atX, atY] = [x + (nextX - x) * share, y + (nextY - y) * share];
        return atX > box.left - 1 && atX < box.right + 1 && atY > box.top && atY < box.bottom;
      });
    }),
  ).length;
}

function isWithin(box: Box, bounds: Box): boolean {
  return box.left >= bounds.left && box.right <= bounds.right && box.top >= bounds.top && box.bottom <= bounds.bottom;
}

function overlaps(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

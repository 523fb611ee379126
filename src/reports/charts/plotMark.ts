import { element, polyline } from './svg.ts';

export type MarkShape = 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'plus';

export const markShapes: readonly MarkShape[] = ['circle', 'square', 'triangle', 'diamond', 'cross', 'plus'];

export const dashes: readonly (string | undefined)[] = [undefined, '6 3', '2 3', '8 3 2 3'];

export interface MarkSettings {
  readonly shape: MarkShape;
  readonly colour: string;
  /** What is behind a hollow mark. */
  readonly paper: string;
  /** Hollow marks stand for figures that need care. */
  readonly isHollow: boolean;
  /** What it says when it is asked: it can then be reached by the keyboard as well. */
  readonly tip?: string | undefined;
}

/** A point of a curve. */
export function drawMark(x: number, y: number, { shape, colour, paper, isHollow, tip }: MarkSettings): string {
  const look = {
    fill: isHollow ? (paper === 'none' ? 'var(--paper)' : paper) : colour,
    stroke: colour,
    'stroke-width': 1.5,
  };
  const asked = tip === undefined ? {} : { tabindex: 0, role: 'img', 'aria-label': tip, 'data-tip': '' };
  if (shape === 'circle') return element('circle', { cx: x, cy: y, r: 4, ...look, ...asked });
  return element('path', { d: outline(shape, x, y), ...look, ...asked });
}

function outline(shape: Exclude<MarkShape, 'circle'>, x: number, y: number): string {
  const through = (...offsets: readonly (readonly [number, number])[]): string =>
    `${polyline(offsets.map(([dx, dy]) => [x + dx, y + dy]))}Z`;
  switch (shape) {
    case 'square':
      return through([-3.6, -3.6], [3.6, -3.6], [3.6, 3.6], [-3.6, 3.6]);
    case 'triangle':
      return through([0, -4.6], [4.4, 3.4], [-4.4, 3.4]);
    case 'diamond':
      return through([0, -5], [5, 0], [0, 5], [-5, 0]);
    case 'cross':
      return through([-4, -4], [0, -1.2], [4, -4], [1.2, 0], [4, 4], [0, 1.2], [-4, 4], [-1.2, 0]);
    case 'plus':
      return through([-5, 0], [-1, -1], [0, -5], [1, -1], [5, 0], [1, 1], [0, 5], [-1, 1]);
  }
}

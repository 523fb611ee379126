/** The colours and the face of a picture: fixed ones for a file, custom properties of CSS for a page with two themes. */
export interface ChartTheme {
  readonly paper: string;
  readonly ink: string;
  readonly faint: string;
  readonly grid: string;
  readonly good: string;
  /** Behind what is not part of the figures. */
  readonly shade: string;
  /** Told apart by colour-blind readers too (Okabe and Ito 2008); marks and dashes differ besides. */
  readonly series: readonly string[];
  /** From little to much. */
  readonly ramp: (share: number) => string;
  readonly font: string;
}

/** Eight steps from light load to heavy (viridis, without its palest end): even in grey they stand in order. */
export const rampColours = ['#440154', '#46327e', '#365c8d', '#277f8e', '#1fa187', '#4ac16d', '#90c020', '#c2b40a'];

export const seriesColours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#a66f00', '#3a8fc4', '#555555', '#7a5195'];

/** For papers: black on white. */
export const paperTheme: ChartTheme = {
  paper: '#ffffff',
  ink: '#1a1a1a',
  faint: '#555555',
  grid: '#e3e3e3',
  good: '#00664b',
  shade: '#f0f0f0',
  series: seriesColours,
  ramp: (share) => rampColours[rampStep(share)] as string,
  font: "'DejaVu Sans', Verdana, Arial, sans-serif",
};

/** For pages, whose style sheet gives the colours. */
export const pageTheme: ChartTheme = {
  paper: 'none',
  ink: 'var(--ink)',
  faint: 'var(--faint)',
  grid: 'var(--grid)',
  good: 'var(--good)',
  shade: 'var(--shade)',
  series: seriesColours.map((_, index) => `var(--series-${index})`),
  ramp: (share) => `var(--ramp-${rampStep(share)})`,
  font: 'inherit',
};

function rampStep(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * (rampColours.length - 1));
}

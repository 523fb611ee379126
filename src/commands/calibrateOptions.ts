import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const calibrateOptions = {
  title: 'Calibration',
  shape: {
    output: option(z.enum(['text', 'json']).default('text'), { description: 'How the result is printed' }),
  },
};

export type CalibrateOptions = OptionsOf<typeof calibrateOptions>;

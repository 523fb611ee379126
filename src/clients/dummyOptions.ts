import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const dummyOptions = {
  title: 'Dummy (--api dummy)',
  shape: {
    dummy_client_latency_time: option(z.number().min(0).default(0.1), {
      description: 'An answer takes a uniform time from this - 0.1 to this + 0.2',
      unit: 's',
    }),
  },
};

export type DummyOptions = OptionsOf<typeof dummyOptions>;

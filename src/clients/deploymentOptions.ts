import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const deploymentOptions = {
  title: 'Deployment',
  shape: {
    deployment_name: option(z.string().min(1).optional(), {
      description: 'Name of the deployment',
      defaultText: "the server's",
    }),
  },
};

export type DeploymentOptions = OptionsOf<typeof deploymentOptions>;

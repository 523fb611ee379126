import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

export const azuremlOptions = {
  title: 'AzureML online endpoint (--api azureml)',
  shape: {
    azureml_form: option(z.enum(['vllm', 'mii', 'openai']).optional(), {
      description: 'What is spoken: the scoring form of images with vLLM or with MII, or the OpenAI API',
      defaultText: 'openai where the path of --url names one of its routes, else vllm',
    }),
    api_key: option(z.string().min(1).optional(), {
      description:
        'Key or token of the endpoint; on a shared machine better in AZUREML_API_KEY, since others see flags',
      secret: true,
    }),
    api_key_command: option(z.string().min(1).optional(), {
      description:
        'Command that prints a key or token, as text or as the JSON of az; run again before the token expires and when it is refused',
      secret: true,
    }),
  },
};

export type AzuremlOptions = OptionsOf<typeof azuremlOptions>;

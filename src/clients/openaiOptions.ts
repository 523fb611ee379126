import { z } from 'zod';
import { type OptionsOf, option } from '../core/optionSlice.ts';

// Field names and values as HTTP allows them: RFC 9110, section 5.
const headerLine = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+\s*:/, 'expected "Name: value"')
  .regex(
    /^[\t\x20-\x7e\x80-\xff]*$/,
    'expected no line break and no character beyond Latin-1: not a valid header value',
  )
  .regex(
    /^(?!(content-length|transfer-encoding|connection|keep-alive|upgrade|expect)\s*:)/i,
    'expected a header of the request, not one by which the connection itself works',
  );

export const openaiOptions = {
  title: 'OpenAI-compatible server (--api openai)',
  shape: {
    endpoint: option(z.enum(['completions', 'chat', 'responses', 'embeddings']).optional(), {
      description: 'Which route is asked',
      defaultText: 'completions, or what the path of --url says',
    }),
    api_key_env: option(z.string().min(1).optional(), {
      description: 'Environment variable that holds the key',
      defaultText:
        'OPENAI_API_KEY where the OpenAI API is spoken, ANTHROPIC_API_KEY with anthropic, AZUREML_API_KEY with azureml',
      presentation: true,
    }),
    organization_env: option(z.string().min(1).default('OPENAI_ORG_ID'), {
      description: 'Environment variable that holds the organization, sent as OpenAI-Organization',
      presentation: true,
    }),
    project_env: option(z.string().min(1).default('OPENAI_PROJECT_ID'), {
      description: 'Environment variable that holds the project, sent as OpenAI-Project',
      presentation: true,
    }),
    header: option(z.array(headerLine).default([]), {
      description: 'Further request headers, each as "Name: value"',
      secret: true,
      accumulates: true,
    }),
    insecure: option(z.boolean().default(false), {
      description:
        'Take any certificate of an https server: whoever is between can read the key. It is told in the report',
      presentation: true,
    }),
    temperature: option(z.number().min(0).optional(), {
      description: 'Sampling temperature',
      defaultText: "the server's",
    }),
    ignore_eos: option(z.boolean().default(true), {
      description: 'Ask for answers of exactly the drawn length where the server can',
    }),
    max_tokens_field: option(z.enum(['max_tokens', 'max_completion_tokens']).optional(), {
      description: 'The name under which the length of an answer is sent',
      defaultText: 'max_tokens, but max_completion_tokens for chat with OpenAI',
    }),
    extra_body: option(z.string().min(1).optional(), {
      description: 'Further members of every request body, as JSON such as {"top_p": 0.9}',
      takesMapping: true,
    }),
  },
};

export type OpenaiOptions = OptionsOf<typeof openaiOptions>;

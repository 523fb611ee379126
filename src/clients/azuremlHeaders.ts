import { SpeedometerError } from '../core/errors.ts';
import type { AzuremlForm } from './azuremlForm.ts';
import type { ClientSettings } from './clientSettings.ts';
import { openaiHeaders } from './openaiHeaders.ts';

/**
 * Headers of requests to an endpoint, for one key: name, value, name, value, ...
 * @throws SpeedometerError `usage` where the key cannot stand in a header
 */
export function azuremlHeaders(
  settings: ClientSettings,
  { name, target }: Pick<AzuremlForm, 'name' | 'target'>,
  key: string | undefined,
): readonly string[] {
  const { deployment_name, header, streaming } = settings;
  const own = [
    // Without it the endpoint spreads requests over its deployments.
    ...(deployment_name === undefined ? [] : [`azureml-model-deployment: ${deployment_name}`]),
    // Members beyond the OpenAI API, such as ignore_eos, are refused without it.
    ...(name === 'openai' ? ['extra-parameters: pass-through'] : []),
    ...(key === undefined ? [] : [`authorization: Bearer ${checkedKey(key)}`]),
  ];
  const accept = streaming && name === 'openai' ? 'text/event-stream' : 'application/json';
  return openaiHeaders({ ...settings, api: 'azureml', header: [...own, ...header] }, target, accept);
}

function checkedKey(key: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new SpeedometerError('usage', 'the key of the endpoint is not a valid header value', {
    hint: 'It has no blanks and no line breaks: see --api_key and --api_key_command.',
  });
}

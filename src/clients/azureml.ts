import { SpeedometerError } from '../core/errors.ts';
import type { Adapter } from './adapter.ts';
import { AzuremlClient } from './azuremlClient.ts';
import { azuremlForm, scoringProtocol } from './azuremlForm.ts';
import { azuremlHeaders } from './azuremlHeaders.ts';
import { azuremlHints } from './azuremlProbe.ts';
import { commandKey } from './commandKey.ts';
import { openaiAdapter } from './openai.ts';
import { conversationObstacle } from './openaiTarget.ts';
import { checkPostSettings } from './postClient.ts';

/** AzureML online endpoints. */
export const azuremlAdapter: Adapter = {
  abilities: {
    protocol: 'AzureML online endpoints over HTTP: scoring form, or OpenAI API',
    streams: true,
    managesServer: false,
    outputLength: 'asked',
    tokenSource: 'usage',
    flushesPrefixCache: false,
    conversations: true,
    testedAgainst: 'an imitation, over TLS too; the OpenAI form: the embedded server',
  },
  statusHints: azuremlHints,
  checkSettings(settings) {
    const form = azuremlForm(settings);
    const { name, url } = form;
    azuremlHeaders(settings, form, settings.api_key);
    if (settings.api_key_command !== undefined) commandKey(settings.api_key_command);
    if (name === 'openai') return openaiAdapter.checkSettings?.({ ...settings, url });
    checkPostSettings(settings, scoringProtocol(settings, name));
    if (!settings.streaming) return;
    throw new SpeedometerError('usage', '--streaming: endpoints do not stream in their scoring form', {
      hint: 'Leave it out; newer images stream by the OpenAI API: --azureml_form openai, or --url https://HOST/v1.',
    });
  },
  conversationObstacle(settings) {
    const { name, target } = azuremlForm(settings);
    if (name === 'openai') return conversationObstacle(target.endpoint);
    return 'holds none in its scoring form, expected --azureml_form openai with --endpoint chat';
  },
  createClient: (settings, clock) => new AzuremlClient(settings, clock),
};

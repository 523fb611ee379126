import { SpeedometerError } from '../core/errors.ts';
import type { Adapter } from './adapter.ts';
import type { ClientSettings } from './clientSettings.ts';
import { openaiAdapter } from './openai.ts';
import { openaiHints } from './openaiHeaders.ts';
import { conversationObstacle, openaiTarget } from './openaiTarget.ts';
import { VllmClient } from './vllmClient.ts';
import { vllmCommand } from './vllmCommand.ts';
import { VllmGenerateClient } from './vllmGenerate.ts';

/** vLLM: started for the run, or at an address. */
export const vllmAdapter: Adapter = {
  abilities: {
    protocol: "OpenAI API over HTTP, or vLLM's old /generate",
    streams: true,
    managesServer: true,
    outputLength: 'forced',
    tokenSource: 'usage',
    flushesPrefixCache: true,
    conversations: true,
    testedAgainst: 'vLLM 0.32 on CPU; /generate: an imitation',
  },
  statusHints: openaiHints,
  checkSettings(settings) {
    refuseEndpoint(settings);
    vllmCommand(settings);
    openaiAdapter.checkSettings?.({ ...settings, url: settings.url ?? 'http://127.0.0.1' });
  },
  conversationObstacle: ({ url = 'http://127.0.0.1', endpoint, vllm_protocol }) =>
    vllm_protocol === 'generate'
      ? 'holds none by --vllm_protocol generate, expected --vllm_protocol openai with --endpoint chat'
      : conversationObstacle(openaiTarget(url, endpoint).endpoint),
  createClient: (settings, clock) =>
    settings.vllm_protocol === 'generate' ? new VllmGenerateClient(settings, clock) : new VllmClient(settings, clock),
  serverKey: (settings) => vllmCommand(settings),
};

function refuseEndpoint({ vllm_protocol, endpoint }: ClientSettings): void {
  if (vllm_protocol !== 'generate' || endpoint === undefined) return;
  throw new SpeedometerError('usage', `--endpoint ${endpoint}: --vllm_protocol generate has one route only`, {
    hint: 'Leave one of the two out.',
  });
}

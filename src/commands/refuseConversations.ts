import type { Adapter } from '../clients/adapter.ts';
import type { ClientSettings } from '../clients/clientSettings.ts';
import type { RunOptions } from '../config/runOptions.ts';
import { SpeedometerError } from '../core/errors.ts';

/**
 * Refuses a dataset that has rows with several turns where these cannot be held as conversations.
 * @throws SpeedometerError `usage` with the way out
 */
export function refuseConversations(options: RunOptions, adapter: Adapter, settings: ClientSettings): void {
  const problem = sampledTwice(options) ?? openLoop(options) ?? obstacle(options, adapter, settings);
  if (problem === undefined) return;
  throw new SpeedometerError('usage', `--turns all: ${options.dataset} has rows with several turns, and ${problem}`, {
    hint: 'Or send the first turn of each alone: --turns first.',
  });
}

function sampledTwice({ dataset_sampling: sampling }: RunOptions): string | undefined {
  if (sampling !== 'with_replacement') return undefined;
  return '--dataset_sampling with_replacement draws each request by itself, expected another --dataset_sampling';
}

function openLoop(options: RunOptions): string | undefined {
  const names = ['search_rate', 'ramp', 'request_rate'] as const;
  const name = names.find((each) => options[each] !== undefined && options[each] !== false);
  return name === undefined ? undefined : `with --${name} no request waits for an answer, expected --num_clients`;
}

function obstacle({ api }: RunOptions, adapter: Adapter, settings: ClientSettings): string | undefined {
  if (adapter.abilities.conversations !== true) {
    return `--api ${api} holds no conversations, expected another client (docs/clients.md)`;
  }
  const words = adapter.conversationObstacle?.(settings);
  return words === undefined ? undefined : `--api ${api} ${words}`;
}

import type { Clock } from '../core/clock.ts';
import { type GetAnswer, HttpGetter } from './httpGetter.ts';
import { type HeaderOptions, openaiHeaders } from './openaiHeaders.ts';
import type { OpenaiTarget } from './openaiTarget.ts';
import { refuseWrongScheme } from './schemeCheck.ts';
import type { ServerFacts, ServerFlavour } from './serverFacts.ts';
import { tlsOptions } from './tlsOptions.ts';

export const nothingKnown: ServerFacts = { flavour: 'unknown', models: [], hasMetrics: false };

/** The whole of it takes no longer, whatever the server does. */
const timeLimitMs = 6000;
/** For the first question, on which all depends. A busy server that is asked again puts it behind all the others. */
const firstLimitMs = 4000;

/**
 * Finds out what kind of server it is, by a few small GETs over one connection: which names it lists, whose paths it
 * has, whose words it uses. What is not understood stays unknown.
 *
 * @param signal breaks it off
 * @throws SpeedometerError `serverUnreachable` where it speaks HTTP and `https:` was asked for, or the other way round
 */
export async function probeServer(
  settings: HeaderOptions & { readonly model: string },
  target: OpenaiTarget,
  clock: Clock,
  signal?: AbortSignal,
): Promise<ServerFacts> {
  const limit = AbortSignal.timeout(timeLimitMs);
  const either = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  const getter = new HttpGetter(target.origin, openaiHeaders(settings, target, '*/*'), clock, tlsOptions(settings));
  const unanswered: string[] = [];
  const get = async (path: string, limitMs?: number) => {
    const answer = await getter.get(path, either, limitMs);
    if (answer === undefined && getter.isConnected) unanswered.push(path);
    return answer;
  };
  try {
    const listed = await get(`${target.root}/models`, firstLimitMs);
    // A port for TLS answers HTTP by 400, or by closing.
    if (listed === undefined || listed.status === 400) await refuseWrongScheme(target.origin, either);
    if (listed === undefined) return { ...nothingKnown, ...silence(unanswered) };
    const entries = entriesOf(listed.body);
    const models = entries.flatMap(({ id }) => (typeof id === 'string' ? [id] : [])).slice(0, mostModels);
    const entry = entries.find(({ id }) => id === settings.model) ?? entries[0];
    const isOpenai = isOpenaiItself(target, listed);
    const metrics = isOpenai ? undefined : await get(`${target.base}/metrics`);
    const told = isOpenai ? 'openai' : (byEntry(entry, listed) ?? byMetrics(metrics));
    const details = await askDetails(told, (path) => get(target.base + path));
    const contextTokens = details.contextTokens ?? contextOf(entry);
    return {
      flavour: details.flavour,
      ...(details.version === undefined ? {} : { version: details.version }),
      models,
      ...(contextTokens === undefined ? {} : { contextTokens }),
      hasMetrics: isPrometheusText(metrics),
      ...silence(unanswered),
    };
  } finally {
    getter.close();
  }
}

const mostModels = 50;

function silence(unanswered: readonly string[]): Pick<ServerFacts, 'unanswered'> {
  return unanswered.length === 0 ? {} : { unanswered };
}

interface ModelEntry {
  readonly id?: unknown;
  readonly owned_by?: unknown;
  readonly max_model_len?: unknown;
  readonly meta?: { readonly n_ctx?: unknown } | null;
}

function entriesOf(body: string): readonly ModelEntry[] {
  const { data } = objectOf(body);
  return Array.isArray(data) ? data.filter((entry) => typeof entry === 'object' && entry !== null) : [];
}

function contextOf(entry: ModelEntry | undefined): number | undefined {
  return positive(entry?.max_model_len) ?? positive(entry?.meta?.n_ctx);
}

function isOpenaiItself({ origin }: OpenaiTarget, { headers }: GetAnswer): boolean {
  return origin === 'https://api.openai.com' || headers['openai-version'] !== undefined;
}

const owners: Readonly<Record<string, ServerFlavour>> = {
  vllm: 'vllm',
  sglang: 'sglang',
  llamacpp: 'llamacpp',
  tensorrt_llm: 'trtllm',
  library: 'ollama',
  deepspeedometer: 'embedded',
};

function byEntry(entry: ModelEntry | undefined, { headers }: GetAnswer): ServerFlavour | undefined {
  if (headers.server === 'llama.cpp') return 'llamacpp';
  const owner = entry?.owned_by;
  return typeof owner === 'string' && Object.hasOwn(owners, owner) ? owners[owner] : undefined;
}

const metricPrefixes: readonly (readonly [RegExp, ServerFlavour])[] = [
  [/^vllm:/m, 'vllm'],
  [/^sglang:/m, 'sglang'],
  [/^llamacpp:/m, 'llamacpp'],
  [/^tgi_/m, 'tgi'],
];

function byMetrics(metrics: GetAnswer | undefined): ServerFlavour | undefined {
  if (!isPrometheusText(metrics)) return undefined;
  return metricPrefixes.find(([prefix]) => prefix.test(metrics?.body ?? ''))?.[1];
}

function isPrometheusText(metrics: GetAnswer | undefined): boolean {
  return metrics?.status === 200 && /^(# (HELP|TYPE) |[a-zA-Z_:]+[{ ])/m.test(metrics.body);
}

type Details = Pick<ServerFacts, 'flavour' | 'version' | 'contextTokens'>;

/** Where a kind of server tells its version, and what shows that it is the one. */
interface DetailSource {
  readonly flavour: ServerFlavour;
  readonly path: string;
  readonly read: (facts: Readonly<Record<string, unknown>>) => Omit<Details, 'flavour'> | undefined;
}

const detailSources: readonly DetailSource[] = [
  { flavour: 'vllm', path: '/version', read: versionOnly },
  { flavour: 'trtllm', path: '/version', read: versionOnly },
  { flavour: 'embedded', path: '/version', read: versionOnly },
  { flavour: 'ollama', path: '/api/version', read: versionOnly },
  {
    flavour: 'sglang',
    path: '/get_server_info',
    read: (facts) => ('model_path' in facts ? details(facts.version, facts.context_length) : undefined),
  },
  {
    flavour: 'tgi',
    path: '/info',
    read: (facts) => ('max_total_tokens' in facts ? details(facts.version, facts.max_total_tokens) : undefined),
  },
  {
    flavour: 'llamacpp',
    path: '/props',
    read: (facts) =>
      'default_generation_settings' in facts ? details(facts.build_info, contextOfSlot(facts)) : undefined,
  },
];

/** They answer `/version` in the same words: it alone tells none from the others. */
const tellsNobody = new Set<ServerFlavour>(['trtllm', 'embedded', 'vllm']);

async function askDetails(
  told: ServerFlavour | undefined,
  get: (path: string) => Promise<GetAnswer | undefined>,
): Promise<Details> {
  const sources = detailSources.filter(({ flavour }) =>
    told === undefined ? !tellsNobody.has(flavour) : flavour === told,
  );
  for (const { flavour, path, read } of sources) {
    const answer = await get(path);
    const found = answer?.status === 200 ? read(objectOf(answer.body)) : undefined;
    if (found !== undefined) return { flavour, ...found };
  }
  return { flavour: told ?? 'unknown' };
}

function versionOnly(facts: Readonly<Record<string, unknown>>): Omit<Details, 'flavour'> | undefined {
  return typeof facts.version === 'string' ? details(facts.version, undefined) : undefined;
}

function details(version: unknown, contextTokens: unknown): Omit<Details, 'flavour'> {
  const tokens = positive(contextTokens);
  return {
    ...(typeof version === 'string' && version !== '' ? { version: version.slice(0, 60) } : {}),
    ...(tokens === undefined ? {} : { contextTokens: tokens }),
  };
}

function contextOfSlot({ default_generation_settings: slot }: Readonly<Record<string, unknown>>): unknown {
  return typeof slot === 'object' && slot !== null && 'n_ctx' in slot ? slot.n_ctx : undefined;
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

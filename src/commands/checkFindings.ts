import type { Service } from '../clients/client.ts';
import { nameServer } from '../clients/describeServer.ts';
import type { RoundTrip } from '../clients/roundTrip.ts';
import type { ServerFacts } from '../clients/serverFacts.ts';
import { isEmptyAnswer, vectorFinish } from '../events/emptyAnswer.ts';
import type { FailureKind, RequestCompleted } from '../events/events.ts';
import { cameAtOnce } from '../metrics/cameAtOnce.ts';
import { requestFigures } from '../metrics/requestFigures.ts';
import type { CheckFinding } from '../reports/checkText.ts';
import { formatCount, formatDuration } from '../reports/quantities.ts';
import type { CheckedExchange } from './checkExchange.ts';

/** All that `check` has seen. */
export interface Checked {
  readonly service: Service;
  /** What should be known before a load is sent. */
  readonly warnings: readonly string[];
  readonly roundTrip: RoundTrip | undefined;
  readonly exchanges: readonly CheckedExchange[];
  /** Counts tokens as the run would. */
  readonly countTokens: (text: string) => number;
}

/** Everything to be said of a server before a load is sent to it, in the order in which it was found out. */
export function checkFindings({
  service,
  warnings,
  roundTrip,
  exchanges,
  countTokens,
}: Checked): readonly CheckFinding[] {
  const completed = exchanges.flatMap((exchange) =>
    exchange.outcome.type === 'request.completed' ? [{ ...exchange, outcome: exchange.outcome }] : [],
  );
  const last = completed.at(-1);
  return [
    ...serverFindings(service, warnings),
    ...(roundTrip === undefined ? [] : networkFindings(roundTrip)),
    ...exchanges.map(exchangeFinding),
    ...completed.flatMap(({ streaming, outcome }) => (streaming ? [streamFinding(outcome)] : [])),
    ...(last === undefined ? [] : tokenFindings(last, countTokens)),
  ];
}

function serverFindings(
  { facts, lengths, description }: Service,
  warnings: readonly string[],
): readonly CheckFinding[] {
  const said: CheckFinding[] = warnings.map((text) => ({ topic: 'Settings', text, tone: 'warning' }));
  if (facts === undefined) {
    return [{ topic: 'Server', text: description ?? 'says nothing of itself', tone: 'plain' }, ...said];
  }
  const isKnown = facts.flavour !== 'unknown';
  return [
    { topic: 'Server', text: `${nameServer(facts)}${modelsOf(facts)}`, tone: isKnown ? 'good' : 'plain' },
    { topic: 'Can do', text: abilitiesOf(facts, lengths), tone: 'plain' },
    ...said,
  ];
}

function modelsOf({ models }: ServerFacts): string {
  const [first] = models;
  if (first === undefined) return ', lists no models';
  return models.length === 1 ? `, model ${first}` : `, ${models.length} models`;
}

/** Only what is used of it: what else it understands changes no figure. */
function abilitiesOf({ hasMetrics, unanswered = [] }: ServerFacts, lengths: string | undefined): string {
  const isSilent = unanswered.some((path) => path.endsWith('/metrics') || path.endsWith('/models'));
  const metrics = hasMetrics ? 'tells its metrics' : isSilent ? 'whether it tells metrics is not known' : 'no /metrics';
  return lengths === undefined ? metrics : `${metrics}; output lengths ${lengths}`;
}

function networkFindings({ connectMs, medianMs, clockAheadMs }: RoundTrip): readonly CheckFinding[] {
  const connect = connectMs === undefined ? '' : `connects in ${formatDuration(connectMs)}, `;
  const text = `${connect}round trip ${formatDuration(medianMs)}: part of every TTFT`;
  const ahead = clockAheadMs ?? 0;
  const clock =
    ahead === 0
      ? 'agrees with ours, as far as seconds tell'
      : `${formatDuration(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} ours: its logs are to be read so; no figure depends on it`;
  return [
    { topic: 'Network', text, tone: 'plain' },
    { topic: 'Clock', text: clock, tone: ahead === 0 ? 'good' : 'plain' },
  ];
}

function exchangeFinding({ streaming, outcome }: CheckedExchange): CheckFinding {
  const topic = streaming ? 'Streamed' : 'Not streamed';
  if (outcome.type === 'request.failed') {
    const status = outcome.httpStatus === undefined ? kindWords[outcome.kind] : `HTTP ${outcome.httpStatus}`;
    return { topic, text: `failed (${status})${outcome.message ? `: ${outcome.message}` : ''}`, tone: 'bad' };
  }
  if (isEmptyAnswer(outcome)) return { topic, text: 'the answer came back without output', tone: 'bad' };
  const { e2eMs, ttftMs } = requestFigures(outcome);
  const first = ttftMs === undefined ? '' : `first token after ${formatDuration(ttftMs)}, `;
  const what = outcome.finishReason === vectorFinish ? 'a vector' : `${formatCount(outcome.outputTokens)} tokens`;
  const end = outcome.finishReason === undefined ? '' : ` (${outcome.finishReason})`;
  return { topic, text: `${first}${what} after ${formatDuration(e2eMs)}${end}`, tone: 'good' };
}

/** Reasons are words of ours for programs; these are for people. */
const kindWords: Readonly<Record<FailureKind, string>> = {
  connect: 'no connection',
  timeout: 'timed out',
  httpStatus: 'an error status',
  stream: 'broke off',
  protocol: 'cannot be read',
  aborted: 'cut off',
};

function streamFinding(outcome: RequestCompleted): CheckFinding {
  const topic = 'Stream';
  const { streamed, chunks, outputTokens, firstTokenAtMs = 0, lastTokenAtMs = 0 } = outcome;
  if (!streamed) {
    return { topic, text: 'asked for, but the answer came as one body: no TTFT and no TPOT', tone: 'warning' };
  }
  if (cameAtOnce(outcome)) {
    const text = 'all chunks came at once: something between buffers the stream, such as a proxy';
    return { topic, text, tone: 'warning' };
  }
  const spread = formatDuration(lastTokenAtMs - firstTokenAtMs);
  const text = `${formatCount(outputTokens)} tokens in ${formatCount(chunks)} chunks, spread over ${spread}`;
  return { topic, text, tone: 'good' };
}

interface Completed extends CheckedExchange {
  readonly outcome: RequestCompleted;
}

const sourceWords: Readonly<Record<RequestCompleted['tokenSource'], string>> = {
  usage: 'by the usage of the server',
  tokenIds: 'by the token ids of the server',
  tokenizer: 'by our tokenizer',
  chunks: 'by chunks',
};

function tokenFindings(
  { outcome, planned, answer }: Completed,
  countTokens: Checked['countTokens'],
): readonly CheckFinding[] {
  const findings: CheckFinding[] = [promptFinding(outcome)];
  if (outcome.finishReason === vectorFinish) return findings;
  const { outputTokens, tokenSource } = outcome;
  const asked = planned.maxNewTokens;
  const lengths = `asked ${formatCount(asked)}, came ${formatCount(outputTokens)}`;
  const isMet = outputTokens === asked;
  const why = outputTokens < asked ? ': answers may end early' : ': the limit is not kept';
  findings.push({ topic: 'Length', text: lengths + (isMet ? '' : why), tone: isMet ? 'good' : 'warning' });
  const isTold = tokenSource === 'usage' || tokenSource === 'tokenIds';
  const ours = answer === '' ? '' : `, ${formatCount(countTokens(answer))} by our tokenizer`;
  const counted = isTold
    ? `${formatCount(outputTokens)} ${sourceWords[tokenSource]}${ours}`
    : `the server does not tell them${ours}`;
  findings.push({ topic: 'Output tokens', text: counted, tone: isTold ? 'good' : 'warning' });
  return findings;
}

/** A beginning-of-text token and a chat template come on top; a wrong tokenizer is off by a share. */
const promptAgreement = 0.1;
const templateTokens = 40;

function promptFinding({ promptTokens: ours, serverPromptTokens: theirs }: RequestCompleted): CheckFinding {
  const topic = 'Prompt tokens';
  if (theirs === undefined)
    return { topic, text: `${formatCount(ours)} by our tokenizer; the server does not tell`, tone: 'plain' };
  const text = `${formatCount(ours)} by our tokenizer, ${formatCount(theirs)} by the server`;
  const isClose = Math.abs(theirs - ours) <= Math.max(templateTokens, promptAgreement * ours);
  if (isClose) return { topic, text, tone: 'good' };
  return { topic, text: `${text}: is --tokenizer that of the model?`, tone: 'warning' };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Adapter } from '../clients/adapter.ts';
import type { Service } from '../clients/client.ts';
import { type ClientSettings, settingsAt } from '../clients/clientSettings.ts';
import { openaiTarget } from '../clients/openaiTarget.ts';
import { measureRoundTrip, type RoundTrip } from '../clients/roundTrip.ts';
import { startService } from '../clients/startService.ts';
import type { RunInvocation } from '../config/resolveRuns.ts';
import type { RunOptions } from '../config/runOptions.ts';
import { type Clock, createRunClock, monotonicMs } from '../core/clock.ts';
import { exitCodes, SpeedometerError } from '../core/errors.ts';
import { isEmptyAnswer } from '../events/emptyAnswer.ts';
import { type CheckFinding, checkVerdict, renderCheck } from '../reports/checkText.ts';
import { LiveLine } from '../sinks/liveLine.ts';
import { loadTokenizer } from '../workload/loadTokenizer.ts';
import { type CheckedExchange, exchangeOnce } from './checkExchange.ts';
import { type Checked, checkFindings } from './checkFindings.ts';
import { clientSettings } from './clientSettings.ts';
import { contextWarnings } from './contextWarnings.ts';
import { describeRefusal } from './describeRefusal.ts';
import { planRun, type RunPlan, type SweepPlan } from './runPlan.ts';
import { createScreen } from './screen.ts';
import { onSignals } from './signals.ts';
import type { Terminal } from './terminal.ts';

/**
 * `deepspeedometer check`: takes what `run` takes, sends one request of each kind, and says what the server is, what it
 * can do, and whether its figures could be trusted.
 *
 * @returns the exit code
 * @throws SpeedometerError `serverUnreachable` where a request of the kind that is to be measured fails
 */
export async function check(invocation: RunInvocation, terminal: Terminal): Promise<number> {
  const [options] = invocation.combinations;
  const plan = await planRun({
    ...invocation,
    combinations: [{ ...options, num_clients: [1], search_rate: false, force: true }],
  });
  const [sweep] = plan.sweeps;
  const clock = createRunClock(monotonicMs());
  const settings = clientSettings(options, sweep.seed);
  const { adapter } = sweep;
  const host = adapter.createClient(settings, clock);
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-check-'));
  const leaving = new AbortController();
  let signalCode: number = exitCodes.done;
  const stopListening = onSignals((exitCode) => {
    signalCode = exitCode;
    leaving.abort();
  });
  const left = new Promise<undefined>((resolve) => {
    leaving.signal.addEventListener('abort', () => resolve(undefined));
  });
  const screen = createScreen(terminal.errors, terminal.errors);
  const line = new LiveLine(screen, clock);
  const tell = (words: string) => {
    if (!options.quiet) line.tell(words, screen.style);
  };
  let checked: Checked | undefined;
  try {
    const { signal } = leaving;
    const onDeath = (words: string) => terminal.writeError(`${words}\n`);
    const starting = startService(settings.api, host, { folder, say: tell, onDeath, signal });
    const look = starting.then((service) =>
      lookAt({ service, settings, plan, adapter, clock, sweep, options, signal, tell }),
    );
    checked = await Promise.race([look, left]);
  } finally {
    line.clear();
    stopListening();
    await host.stopService();
    host.close();
  }
  rmSync(folder, { recursive: true }); // what a server said at its start is worth keeping only where that failed
  if (checked === undefined) return signalCode;
  const findings = checkFindings(checked);
  terminal.writeOut(options.output === 'json' ? renderJson(checked, findings) : renderText(findings, terminal));
  refuse(checked.exchanges, sweep);
  return exitCodes.done;
}

interface Looking {
  readonly service: Service;
  readonly settings: ClientSettings;
  readonly adapter: Adapter;
  readonly clock: Clock;
  readonly plan: RunPlan;
  readonly sweep: SweepPlan;
  readonly options: RunOptions;
  readonly signal: AbortSignal;
  /** Shows words on how it goes, in place of those before. */
  readonly tell: (words: string) => void;
}

async function lookAt(looking: Looking): Promise<Checked> {
  const { service, settings, plan, adapter, clock, sweep, options, signal, tell } = looking;
  const at = settingsAt(settings, service);
  const warnings = [...(service.warnings ?? []), ...contextWarnings(service.facts, [sweep], plan.levels)];
  const tokenizer = await loadTokenizer(sweep.tokenizer);
  const roundTrip = await roundTripTo(at, clock);
  const exchanges: CheckedExchange[] = [];
  // The kind that is to be measured comes last: it finds the server warm.
  for (const [request, streaming] of kindsOf(at, adapter).entries()) {
    const { deck } = sweep.prompts;
    const planned = deck.draw(deck.conversations?.startOf(request) ?? request, false);
    const exchange = await exchangeOnce({
      adapter,
      settings: { ...at, streaming },
      clock,
      planned,
      sourceText: sweep.prompts.source.text,
      requestTimeoutMs: options.request_timeout * 1000,
      signal,
      onWait: (waitedMs) => {
        const seconds = Math.floor(waitedMs / 1000);
        if (seconds > 0) tell(`waiting for the ${streaming ? 'streamed' : 'unstreamed'} answer, ${seconds} s`);
      },
    });
    exchanges.push(exchange);
    if (exchange.outcome.type === 'request.failed' && exchange.outcome.kind === 'connect') break;
  }
  return { service, warnings, roundTrip, exchanges, countTokens: tokenizer.count };
}

/** Whether each of the requests is to be streamed. */
function kindsOf({ streaming, url, endpoint }: ClientSettings, { abilities }: Adapter): readonly boolean[] {
  const target = isHttp(url) ? openaiTarget(url, endpoint) : undefined;
  if (!abilities.streams || target?.endpoint === 'embeddings') return [false];
  return [!streaming, streaming];
}

function roundTripTo(settings: ClientSettings, clock: Clock): Promise<RoundTrip | undefined> {
  const { url, endpoint } = settings;
  if (!isHttp(url)) return Promise.resolve(undefined);
  return measureRoundTrip(settings, openaiTarget(url, endpoint), clock);
}

function isHttp(url: string | undefined): url is string {
  return url !== undefined && /^https?:/.test(url);
}

function renderText(findings: readonly CheckFinding[], { output, errors }: Terminal): string {
  const screen = createScreen(output, errors);
  return renderCheck(findings, { ...screen.style, columns: screen.columns });
}

function renderJson({ service, roundTrip, exchanges }: Checked, findings: readonly CheckFinding[]): string {
  const requests = exchanges.map(({ streaming, planned, outcome }) => ({
    streaming,
    askedOutputTokens: planned.maxNewTokens,
    outcome,
  }));
  const { facts } = service;
  return `${JSON.stringify({ verdict: checkVerdict(findings), findings, facts, roundTrip, requests }, undefined, 2)}\n`;
}

/** The request of the kind that is to be measured decides. */
function refuse(exchanges: readonly CheckedExchange[], sweep: SweepPlan): void {
  const outcome = exchanges.at(-1)?.outcome;
  if (outcome?.type === 'request.failed') throw describeRefusal(outcome, sweep);
  if (outcome !== undefined && isEmptyAnswer(outcome)) {
    throw new SpeedometerError('serverUnreachable', 'the answer came back without output: nothing could be measured');
  }
}

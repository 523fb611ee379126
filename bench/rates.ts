import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NullAnswer } from '../src/calibration/nullServerMessages.ts';
import type { NullServer } from '../src/calibration/startNullServer.ts';
import { startBareClient, startWrk } from './clientProcesses.ts';
import { type Finding, found } from './findings.ts';
import { startPinnedServer } from './pinning.ts';
import { bodyOf } from './requestBody.ts';
import type { Stretch } from './stretch.ts';
import { loopArgs, stretchOfClient, stretchOfTool } from './stretchRuns.ts';

const answers: readonly { readonly name: string; readonly streamed: boolean; readonly answer: NullAnswer }[] = [
  { name: 'not streamed', streamed: false, answer: { kind: 'whole' } },
  { name: 'streams of 1 token', streamed: true, answer: { kind: 'burst', chunks: 1, characters: 5 } },
];
const wrkSeconds = 1;

/** One way to send, as often as it is asked. */
interface Sender {
  readonly name: string;
  run(server: NullServer, clients: number, streamed: boolean): Promise<Stretch>;
}

/** Requests a second and CPU time a request, of the tool and of three clients that measure nothing. */
export async function measureRates(repeats: number, requests: number): Promise<readonly Finding[]> {
  const scripts = mkdtempSync(join(tmpdir(), 'deepspeedometer-wrk-'));
  const senders = [...(hasWrk ? [wrk(scripts)] : []), bare('net', requests), bare('undici', requests)];
  const workers = [...new Set([1, 2, availableParallelism()])].map((count) => tool(count, requests));
  const findings: Finding[] = [];
  try {
    for (const { name, streamed, answer } of answers) {
      const server = await startPinnedServer(answer);
      for (const clients of [1, 64, 512]) {
        // One client has one worker; what several bring is seen best where one is full.
        const asked = [...senders, ...(clients === 64 ? workers : workers.slice(0, 1))];
        const stretches = new Map<Sender, Stretch[]>(asked.map((sender) => [sender, []]));
        for (let repeat = 0; repeat < repeats; repeat++) {
          for (const sender of asked) stretches.get(sender)?.push(await sender.run(server, clients, streamed));
        }
        findings.push(...findingsOf(`${clients} clients, ${name}`, stretches));
      }
      await server.close();
    }
  } finally {
    rmSync(scripts, { recursive: true });
  }
  return findings;
}

function findingsOf(what: string, stretches: ReadonlyMap<Sender, readonly Stretch[]>): readonly Finding[] {
  const rows = [...stretches].map(([{ name }, runs]) => {
    const micros = runs.map(microsOf);
    const busy = Math.max(...runs.map(({ serverCpuRatio }) => serverCpuRatio));
    const detail = `${micros.map((one) => one.toFixed(1)).join(', ')} us CPU a request; server ${Math.round(busy * 100)} % busy`;
    return found(
      'rates',
      `${what}: ${name}`,
      'requests/s',
      runs.map((one) => one.requests / one.seconds),
      {},
      detail,
    );
  });
  const runsOf = (wanted: string) => [...stretches].find(([{ name }]) => name === wanted)?.[1] ?? [];
  const [theirs, ours] = [runsOf('wrk'), runsOf(toolName(1))];
  if (theirs.length === 0 || !what.startsWith('64')) return rows;
  // By CPU time: wrk may wait for the server where the tool waits for its core.
  const shares = ours.map((run, repeat) => microsOf(theirs[repeat] as Stretch) / microsOf(run));
  const detail = 'requests a second of CPU time, all processes';
  return [
    ...rows,
    found('rates', `${what}: share of wrk on one core`, 'x', shares, { goal: 0.45, atLeast: true }, detail),
  ];
}

function microsOf({ mainMicrosPerRequest, workerMicrosPerRequest }: Stretch): number {
  return mainMicrosPerRequest + workerMicrosPerRequest;
}

/** A client alone waits most of the time. */
const shareOf = (clients: number, requests: number) => (clients === 1 ? Math.ceil(requests / 4) : requests);

function tool(workers: number, requests: number): Sender {
  return {
    name: toolName(workers),
    run(server, clients, streamed) {
      const count = shareOf(clients, requests);
      const args = loopArgs(server.origin, { clients, requests: count, workers, streamed, outputTokens: 1 });
      return stretchOfTool(server, args, count, { cores: 'all' });
    },
  };
}

function toolName(workers: number): string {
  return `deepspeedometer, ${workers === 1 ? '1 worker' : `${workers} workers`}`;
}

function bare(kind: 'net' | 'undici', requests: number): Sender {
  return {
    name: kind === 'net' ? 'raw net' : 'bare undici',
    run(server, clients, streamed) {
      const count = shareOf(clients, requests * 2);
      // Its own way of streaming keeps every byte: answers are only counted here, as by the others.
      const task = {
        origin: server.origin,
        clients,
        requests: count,
        promptTokens: 32,
        asksStream: streamed,
        isStamped: false,
      };
      return stretchOfClient(server, startBareClient(task, kind), count);
    },
  };
}

const hasWrk = spawnSync('wrk', ['-v']).error === undefined;

function wrk(folder: string): Sender {
  return {
    name: 'wrk',
    run(server, clients, streamed) {
      const script = join(folder, `${streamed}.lua`);
      const body = bodyOf(32, streamed).replaceAll("'", "\\'");
      const head = `wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\n`;
      writeFileSync(script, `${head}wrk.body = '${body}'\n`);
      const words = ['-c', `${clients}`, '-d', `${wrkSeconds}s`, '-s', script, `${server.origin}/v1/completions`];
      return stretchOfClient(server, startWrk(words));
    },
  };
}

import { isEmptyAnswer } from '../events/emptyAnswer.ts';
import type { ClientPhase, LevelPrepared, RunEvent } from '../events/events.ts';
import type { RollingWindow } from '../metrics/rollingWindow.ts';
import {
  formatClients,
  formatCount,
  formatCountdown,
  formatLoads,
  formatNumber,
  formatTokens,
} from '../reports/quantities.ts';
import { shown, type TextStyle } from '../reports/textStyle.ts';

const barCells = 10;
/** On less there is no bar: it would come and go with the width of the figures. */
const columnsForBar = 100;

/** A piece of the line; those of the highest rank go first where there is no room. */
interface Piece {
  readonly text: string;
  readonly rank: number;
}

/** How far the level that runs has come, from its events and windows, in one line. */
export class LevelProgress {
  readonly #prepared: LevelPrepared;
  readonly #levels: number | undefined;
  readonly #phases = new Map<number, ClientPhase>();
  readonly #clients: Partial<Record<ClientPhase, number>> = {};
  #startMs: number | undefined;
  #done = 0;
  #failed = 0;
  #window: RollingWindow | undefined;

  /** @param levels levels of the whole run, where they are known */
  constructor(prepared: LevelPrepared, levels: number | undefined) {
    this.#prepared = prepared;
    this.#levels = levels;
  }

  get level(): number {
    return this.#prepared.level;
  }

  /** Takes an event, of this level or not. */
  add(event: RunEvent): void {
    if (!('level' in event) || event.level !== this.level) return;
    switch (event.type) {
      case 'level.started':
        this.#startMs = event.atMs;
        break;
      case 'client.phaseChanged':
        this.#move(this.#phases.get(event.client), event.phase);
        this.#phases.set(event.client, event.phase);
        break;
      case 'request.completed':
      case 'request.failed':
        if (event.warmup) break;
        this.#done++;
        if (event.type === 'request.failed' ? event.kind !== 'aborted' : isEmptyAnswer(event)) this.#failed++;
        break;
      default:
    }
  }

  addWindow(window: RollingWindow): void {
    if (window.level === this.level) this.#window = window;
  }

  /** @param nowMs since the run's start, for the time that is left */
  line(nowMs: number, style: TextStyle): string {
    const pieces = this.#pieces(nowMs, style);
    for (;;) {
      const line = `  ${shown(pieces.map(({ text }) => text).join(' · '), style)}`;
      const least = Math.max(...pieces.map(({ rank }) => rank));
      // The last column stays free: a terminal may go to the next line when it is written.
      if (line.length < style.columns || least === 0) return line.slice(0, Math.max(0, style.columns - 1));
      pieces.splice(
        pieces.findLastIndex(({ rank }) => rank === least),
        1,
      );
    }
  }

  #pieces(nowMs: number, style: TextStyle): Piece[] {
    const { level, planned, seconds } = this.#prepared;
    const done = formatCount(this.#done);
    const counted =
      seconds === undefined
        ? `${done.padStart(formatCount(planned).length)} of ${formatCount(planned)}`
        : `${done} requests`;
    const bar = progressBar(this.#doneShare(nowMs), style);
    const pieces: (Piece | undefined)[] = [
      { text: this.#levels === undefined ? `level ${level + 1}` : `level ${level + 1} of ${this.#levels}`, rank: 0 },
      { text: this.#clientWords(), rank: 1 },
      style.columns < columnsForBar ? undefined : { text: bar, rank: 6 },
      { text: counted, rank: 0 },
      this.#window && { text: `${formatNumber(this.#window.requestsPerSec)} req/s`, rank: 3 },
      this.#window && { text: `${formatTokens(this.#window.outputTokensPerSec)} tok/s`, rank: 4 },
      { text: `${formatCount(this.#failed)} failed`, rank: this.#failed > 0 ? 0 : 5 },
      this.#timeLeft(nowMs),
    ];
    return pieces.filter((piece) => piece !== undefined);
  }

  /** Of the requests that are planned, or of the level's time. */
  #doneShare(nowMs: number): number {
    const { planned, seconds } = this.#prepared;
    if (seconds === undefined) return planned === 0 ? 0 : this.#done / planned;
    return this.#startMs === undefined ? 0 : (nowMs - this.#startMs) / (seconds * 1000);
  }

  #clientWords(): string {
    const { clients, load } = this.#prepared;
    if (load.kind !== 'clients') return formatLoads(load);
    const { warm = 0, running = 0, failed = 0 } = this.#clients;
    if (this.#startMs === undefined) return `${formatClients(clients)}, ${formatCount(warm + failed)} warm`;
    const left = clients - running;
    return left === 0 ? formatClients(clients) : `${formatCount(running)} of ${formatClients(clients)}`;
  }

  #timeLeft(nowMs: number): Piece | undefined {
    if (this.#startMs === undefined || this.#done < 2) return undefined;
    const { seconds, planned } = this.#prepared;
    const elapsedMs = nowMs - this.#startMs;
    const left = (elapsedMs * Math.max(0, planned - this.#done)) / this.#done;
    const leftMs = seconds === undefined ? left : Math.max(0, seconds * 1000 - elapsedMs);
    return { text: `${formatCountdown(leftMs)} left`, rank: 2 };
  }

  #move(from: ClientPhase | undefined, to: ClientPhase): void {
    if (from !== undefined) this.#clients[from] = (this.#clients[from] ?? 0) - 1;
    this.#clients[to] = (this.#clients[to] ?? 0) + 1;
  }
}

function progressBar(ratio: number, { unicode }: TextStyle): string {
  const filled = Math.min(barCells, Math.floor(ratio * barCells));
  const [full, empty] = unicode ? ['━', '╌'] : ['#', '.'];
  return full.repeat(filled) + empty.repeat(barCells - filled);
}

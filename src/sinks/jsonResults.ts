import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isEmptyAnswer } from '../events/emptyAnswer.ts';
import type { RecordedBatch } from '../events/eventLog.ts';
import type { RequestCompleted } from '../events/events.ts';
import type { ExchangeText } from '../events/texts.ts';
import { requestFigures } from '../metrics/requestFigures.ts';
import { promptText } from '../workload/promptDeck.ts';
import { makeFolder } from './makeFolder.ts';
import { type LevelRecord, removeLeftovers, temporaryPath, writeRecord } from './resultFiles.ts';
import type { Sink } from './sink.ts';

/** What the sink must know of a level to write its file. */
export interface ResultTarget {
  readonly path: string;
  readonly digest: string;
}

export interface JsonResultsSettings {
  readonly runId: string;
  readonly targetOf: (level: number) => ResultTarget;
  /** The source text of prompts, by its id. */
  readonly sourceText: (source: number) => string;
}

interface OpenFile {
  readonly target: ResultTarget;
  readonly temporary: string;
  readonly descriptor: number;
  rows: number;
}

/**
 * One JSON file a level, in the form that the scripts of the Python tool read: an array of objects, one a completed
 * request, with times in seconds. It grows beside its place and is moved there when the level has completed; a level
 * that did not end leaves none.
 */
export function createJsonResults({ runId, targetOf, sourceText }: JsonResultsSettings): Sink {
  const open = new Map<number, OpenFile>();
  const pen = new Pen();
  const used = new Set<string>();

  function useFolder(folder: string): void {
    if (used.has(folder)) return;
    used.add(folder);
    makeFolder(folder);
    removeLeftovers(folder);
  }

  function fileOf(level: number): OpenFile {
    const known = open.get(level);
    if (known !== undefined) return known;
    const target = targetOf(level);
    const temporary = temporaryPath(target.path);
    useFolder(dirname(target.path));
    const file = { target, temporary, descriptor: openSync(temporary, 'w', 0o600), rows: 0 };
    open.set(level, file);
    return file;
  }

  function append(level: number, rows: readonly string[]): void {
    const file = fileOf(level);
    for (const row of rows) pen.write(file.descriptor, (file.rows++ === 0 ? '[\n' : ',\n') + row);
    pen.flush(file.descriptor);
  }

  function close(level: number, completed: boolean): void {
    const file = open.get(level);
    if (file === undefined) return;
    open.delete(level);
    if (completed) writeFileSync(file.descriptor, '\n]\n');
    closeSync(file.descriptor);
    if (!completed) {
      rmSync(file.temporary, { force: true });
      return;
    }
    // The record first: a result without one would be taken for somebody else's.
    const record: LevelRecord = { schemaVersion: 1, digest: file.target.digest, run: runId, level };
    writeRecord(file.target.path, record);
    renameSync(file.temporary, file.target.path);
  }

  return {
    name: 'JSON results',
    write({ events, texts }: RecordedBatch) {
      const textOf = new Map(texts.map((text) => [text.request, text]));
      const rows = new Map<number, string[]>();
      for (const event of events) {
        if (event.type !== 'request.completed' || event.warmup || isEmptyAnswer(event)) continue;
        const ofLevel = rows.get(event.level);
        const row = toRow(event, textOf.get(event.request), sourceText);
        if (ofLevel === undefined) rows.set(event.level, [row]);
        else ofLevel.push(row);
      }
      for (const [level, ofLevel] of rows) append(level, ofLevel);
      for (const event of events) if (event.type === 'level.finished') close(event.level, event.status === 'completed');
    },
    figure() {},
    finish() {
      for (const level of [...open.keys()]) close(level, false);
    },
  };
}

/** Gathers rows as bytes and writes them together: to join them as text first takes about half as long again. */
class Pen {
  readonly #bytes = Buffer.allocUnsafeSlow(256 * 1024);
  #written = 0;

  write(descriptor: number, text: string): void {
    const mostBytes = text.length * 3;
    if (mostBytes > this.#bytes.length - this.#written) this.flush(descriptor);
    if (mostBytes > this.#bytes.length) writeFileSync(descriptor, text);
    else this.#written += this.#bytes.write(text, this.#written);
  }

  flush(descriptor: number): void {
    writeFileSync(descriptor, this.#bytes.subarray(0, this.#written));
    this.#written = 0;
  }
}

function toRow(
  request: RequestCompleted,
  text: ExchangeText | undefined,
  sourceText: JsonResultsSettings['sourceText'],
): string {
  const { promptTokens, outputTokens, client } = request;
  const prompt = JSON.stringify(text === undefined ? '' : promptText(sourceText(text.source), text.slices));
  const answer = JSON.stringify(text?.answer ?? '');
  const seconds = requestFigures(request).e2eMs / 1000;
  // Put together by hand: as an object it takes half as long again. The body is JSON as it came, which its client has read.
  return (
    `{"prompt_text":${prompt},"prompt_tokens":${promptTokens},"generated_output":${answer},` +
    `"generated_tokens":${outputTokens},"request_time":${seconds},"client_id":${client},` +
    `"raw_response":${text?.raw ?? 'null'}}`
  );
}

import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RecordedBatch } from '../events/eventLog.ts';
import type { RequestCompleted } from '../events/events.ts';
import type { ExchangeText } from '../events/texts.ts';
import { requestFigures } from '../metrics/requestFigures.ts';
import { promptText } from '../workload/promptDeck.ts';
import { makeFolder } from './makeFolder.ts';
import { type LevelRecord, writeRecord } from './resultFiles.ts';
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

  function fileOf(level: number): OpenFile {
    const known = open.get(level);
    if (known !== undefined) return known;
    const target = targetOf(level);
    const temporary = `${target.path}.${process.pid}.tmp`;
    makeFolder(dirname(target.path));
    const file = { target, temporary, descriptor: openSync(temporary, 'w', 0o600), rows: 0 };
    open.set(level, file);
    return file;
  }

  function append(level: number, rows: readonly string[]): void {
    const file = fileOf(level);
    writeSync(file.descriptor, (file.rows === 0 ? '[\n' : ',\n') + rows.join(',\n'));
    file.rows += rows.length;
  }

  function close(level: number, completed: boolean): void {
    const file = open.get(level);
    if (file === undefined) return;
    open.delete(level);
    if (completed) writeSync(file.descriptor, '\n]\n');
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
        if (event.type !== 'request.completed' || event.warmup || event.outputTokens === 0) continue;
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

function toRow(
  request: RequestCompleted,
  text: ExchangeText | undefined,
  sourceText: JsonResultsSettings['sourceText'],
): string {
  const row = JSON.stringify({
    prompt_text: text === undefined ? '' : promptText(sourceText(text.source), text.slices),
    prompt_tokens: request.promptTokens,
    generated_output: text?.answer ?? '',
    generated_tokens: request.outputTokens,
    request_time: requestFigures(request).e2eMs / 1000,
    client_id: request.client,
  });
  // The body is JSON as it came, which its client has read: it goes in unread.
  return `${row.slice(0, -1)},"raw_response":${text?.raw ?? 'null'}}`;
}

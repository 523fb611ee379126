import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Load } from '../events/events.ts';
import { makeFolder } from './makeFolder.ts';

/** Which level a result file holds, kept beside it: the file itself has only the fields that its readers know. */
export interface LevelRecord {
  readonly schemaVersion: 1;
  /** Of the options that change a level's figures. */
  readonly digest: string;
  readonly run: string;
  readonly level: number;
}

/** What names a result file. */
export interface LevelIdentity {
  readonly api: string;
  readonly model: string;
  readonly promptLength: number;
  readonly maxNewTokens: number;
  readonly load: Load;
  readonly digest: string;
  /** Which repeat of its sweep it belongs to, from 1; the first has the name of a level that is not repeated. */
  readonly repeat?: number | undefined;
}

/** Where a level's result goes, and which earlier level already lies there. */
export interface ResultFile {
  readonly path: string;
  readonly existing?: LevelRecord;
}

/**
 * The result files below one folder. The plain name belongs to the first combination of options that takes it; others
 * that would share it carry the digest of theirs.
 */
export function createResultFiles(resultDir: string) {
  const claimed = new Map<string, string>();

  function holderOf(path: string): string | undefined {
    return claimed.get(path) ?? readRecord(path)?.digest ?? (existsSync(path) ? 'unknown' : undefined);
  }

  return {
    /** Settles the name for a level, for this run as well. */
    claim(level: LevelIdentity): ResultFile {
      const folder = join(resultDir, level.api, ...folderParts(level.model));
      const stem = `prompt${level.promptLength}_gen${level.maxNewTokens}_${loadName(level.load)}${repeatName(level)}`;
      const plain = join(folder, `${stem}.json`);
      const holder = holderOf(plain);
      const isOurs = holder === undefined || holder === level.digest;
      const path = isOurs ? plain : join(folder, `${stem}_${level.digest.slice(0, 8)}.json`);
      claimed.set(path, level.digest);
      const record = readRecord(path);
      return record?.digest === level.digest && existsSync(path) ? { path, existing: record } : { path };
    },
  };
}

/** Names of the Python tool where it has the load, and ones like them. */
function loadName({ kind, value }: Load): string {
  return `${{ clients: 'clients', ratePerSec: 'rate', trace: 'speed' }[kind]}${value}`;
}

function repeatName({ repeat = 1 }: LevelIdentity): string {
  return repeat === 1 ? '' : `_repeat${repeat}`;
}

/** Notes which level the result file holds. */
export function writeRecord(path: string, record: LevelRecord): void {
  makeFolder(dirname(recordPath(path)));
  writeAtomically(recordPath(path), `${JSON.stringify(record)}\n`);
}

/** The name under which this process writes a file, before it is moved to its place. */
export function temporaryPath(path: string): string {
  return `${path}.${process.pid}.tmp`;
}

/** Removes what processes left unfinished in a folder that are there no more: a crash leaves the file that it was writing. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /\.json\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // sends nothing
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== 'ESRCH'; // not ours to signal, but there
  }
}

/** Writes a file so that readers see the old content or the new one, never half of it. */
export function writeAtomically(path: string, content: string): void {
  const temporary = temporaryPath(path);
  try {
    writeFileSync(temporary, content, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw thrown;
  }
}

function readRecord(path: string): LevelRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(recordPath(path), 'utf8')) as LevelRecord;
    return isRecord(record) ? record : undefined;
  } catch {
    return undefined; // none, or none that we can read: then the level is run again
  }
}

/** Somebody may have written into it; the run's name becomes part of a path. */
function isRecord({ schemaVersion, digest, run, level }: LevelRecord): boolean {
  return (
    schemaVersion === 1 &&
    typeof digest === 'string' &&
    typeof run === 'string' &&
    /^[\w-]+$/.test(run) &&
    Number.isInteger(level)
  );
}

// A hidden folder, so that scripts that read `*.json` see results only.
function recordPath(path: string): string {
  const cut = path.lastIndexOf('/') + 1;
  return join(path.slice(0, cut), '.levels', path.slice(cut));
}

/** A model's name as folders that cannot lead out of the result folder: `facebook/opt-125m` is two of them. */
function folderParts(model: string): readonly string[] {
  const parts = model.split(/[/\\]+/).map((part) => part.replace(/[^\w.@+-]/g, '_'));
  const safe = parts.filter((part) => part !== '' && part !== '.' && part !== '..');
  return safe.length === 0 ? ['model'] : safe;
}

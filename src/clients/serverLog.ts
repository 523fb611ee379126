import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { keptSecrets } from '../core/secrets.ts';

const tailBytes = 64 * 1024;
const windowBytes = 1024 * 1024;

/**
 * The file that takes a server's output. The server writes into it by itself, so that nobody has to keep up with it and
 * no pipe can fill and block it.
 */
export class ServerLog {
  readonly path: string;
  /** To be given to the server as its standard output and error; ours to close then. */
  readonly descriptor: number;
  /** Where this server's part begins: sweeps with servers of their own share a file. */
  readonly #from: number;

  /** @throws the file system's error */
  constructor(path: string) {
    this.path = path;
    this.descriptor = openSync(path, 'a', 0o600);
    this.#from = fstatSync(this.descriptor).size;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /**
   * Puts asterisks over every secret in it: servers print the command line that they were started with. For when the
   * server has ended.
   */
  maskSecrets(): void {
    const secrets = keptSecrets().map((secret) => Buffer.from(secret));
    if (secrets.length === 0) return;
    let file: number | undefined;
    try {
      file = openSync(this.path, 'r+');
      const overlap = Math.max(...secrets.map(({ length }) => length)) - 1;
      const window = Buffer.alloc(windowBytes + overlap);
      const { size } = fstatSync(file);
      for (let start = this.#from; start < size; start += windowBytes) {
        const bytes = window.subarray(0, readSync(file, window, 0, window.length, start));
        for (const secret of secrets) overwrite(file, bytes, start, secret);
      }
    } catch {
      // the run's folder is gone, or no longer ours to write
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  /** The last lines that are not blank, oldest first, without escape sequences and control characters. */
  lastLines(count: number): readonly string[] {
    const lines = readTail(this.path, this.#from).split(/[\r\n]+/);
    const printable = lines.map((line) =>
      stripVTControlCharacters(line)
        .replace(/\p{Cc}+/gu, ' ')
        .trim(),
    );
    return printable.filter((line) => line !== '').slice(-count);
  }
}

function overwrite(file: number, bytes: Buffer, start: number, secret: Buffer): void {
  for (let at = bytes.indexOf(secret); at !== -1; at = bytes.indexOf(secret, at + secret.length)) {
    writeSync(file, Buffer.alloc(secret.length, '*'), 0, secret.length, start + at);
  }
}

function readTail(path: string, from: number): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    const start = Math.max(from, size - tailBytes);
    const bytes = Buffer.alloc(Math.max(0, size - start));
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, start));
  } catch {
    return ''; // the run's folder is gone: nothing to quote
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

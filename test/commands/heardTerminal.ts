import { Writable } from 'node:stream';
import type { Terminal } from '../../src/commands/terminal.ts';

/** What a command wrote. */
export interface Heard {
  readonly stdout: string;
  readonly stderr: string;
}

class HeardOutput extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: BufferEncoding, written: () => void): void {
    this.text += String(chunk);
    written();
  }
}

/** The outputs of a command that runs within the test, as a program that reads its pipes has them. */
export function createHeardTerminal({ columns = 80, color = false } = {}): {
  readonly terminal: Terminal;
  heard(): Heard;
} {
  const [output, errors] = [new HeardOutput(), new HeardOutput()];
  const terminal: Terminal = {
    columns,
    color,
    output,
    errors,
    writeOut: (text) => void output.write(text),
    writeError: (text) => void errors.write(text),
  };
  return { terminal, heard: () => ({ stdout: output.text, stderr: errors.text }) };
}

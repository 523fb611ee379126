import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { calibrationPath, keepCeiling, keptCeiling } from '../../src/commands/calibrationFile.ts';
import { ceiling } from '../metrics/ceiling.ts';

const machine = { version: '1.0.0', machine: { cores: 2, cpu: 'any', node: 'v20.0.0' } };

function freshPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deepspeedometer-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return calibrationPath(folder);
}

test('what was kept is found again on the same machine', () => {
  const path = freshPath();
  keepCeiling(path, machine, ceiling);
  expect(keptCeiling(path, machine)).toEqual(ceiling);
});

test.each([
  ['another version', { ...machine, version: '1.0.1' }],
  ['another machine in the same home', { ...machine, machine: { ...machine.machine, cores: 4 } }],
])('%s has no ceiling', (_name, other) => {
  const path = freshPath();
  keepCeiling(path, machine, ceiling);
  expect(keptCeiling(path, other)).toBeUndefined();
});

test('a file that is missing or cannot be read is no calibration', () => {
  const path = freshPath();
  expect(keptCeiling(path, machine)).toBeUndefined();
  keepCeiling(path, machine, ceiling);
  writeFileSync(path, '{"ver');
  expect(keptCeiling(path, machine)).toBeUndefined();
});

test('a folder that cannot be written is said to be so', () => {
  expect(() => keepCeiling('/proc/none/host.json', machine, ceiling)).toThrow('cannot be written');
});

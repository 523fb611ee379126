import { expect, test } from 'vitest';
import { renderCalibration } from '../../src/reports/calibrationText.ts';
import { ceiling } from '../metrics/ceiling.ts';

test('a calibration is told in rates, costs and errors', () => {
  const machine = { cpu: 'any CPU', cores: 2, node: 'v20.0.0' };
  const style = { color: false, unicode: true, columns: 200 };
  expect(renderCalibration(ceiling, machine, '/state/host.json', style).split('\n')).toEqual([
    '  any CPU, 2 cores, Node v20.0.0',
    '  A worker with a core of its own: 50.0k small requests/s, or 100k chunks/s (20.0 µs CPU a request, 10.0 a chunk).',
    '  All workers together, what the main process takes in: 200k small requests/s, or 400k chunks/s (5.00 µs CPU a request, 2.50 a chunk).',
    '  Errors of stamps with 128 streams, a chunk every 20.0 ms: TTFT 0.20 ms at p50, 1.50 ms at p99; gaps 0.10 ms at p50, 0.80 ms at p99.',
    '  Kept in /state/host.json: runs on this machine say how close to it they came.',
    '',
  ]);
});

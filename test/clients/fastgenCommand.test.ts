import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type FastgenCommandSettings, fastgenCommand, fastgenPorts } from '../../src/clients/fastgenCommand.ts';

const settings: FastgenCommandSettings = {
  model: 'my model',
  port: 26_500,
  tp_size: 2,
  num_replicas: 2,
  max_ragged_batch_size: 512,
  quantization_mode: 'wf6af16',
  deployment_name: 'mine',
  fastgen_python: 'python3.11',
  server_command: undefined,
  server_args: undefined,
};

test('the usual command is a script that is there, with every option', () => {
  const [python, script = '', ...args] = fastgenCommand(settings);
  expect(python).toBe('python3.11');
  expect(existsSync(script)).toBe(true);
  expect(args.join(' ')).toBe(
    '--model my model --port 26500 --tp-size 2 --num-replicas 2 --max-ragged-batch-size 512 --deployment-name mine --quantization-mode wf6af16',
  );
});

test('what is not given is left to MII', () => {
  const command = fastgenCommand({ ...settings, quantization_mode: undefined, deployment_name: undefined });
  expect(command.join(' ')).not.toMatch(/deployment|quantization/);
});

test('arguments of mii.serve are added, word by word', () => {
  expect(fastgenCommand({ ...settings, server_args: `max_length=4096 tokenizer='a b'` }).slice(-2)).toEqual([
    'max_length=4096',
    'tokenizer=a b',
  ]);
});

test('MII takes a port a GPU and two a replica beside its first', () => {
  expect(fastgenPorts(settings)).toEqual([26_501, 26_502, 26_503, 26_504, 29_500, 29_600, 25_555, 25_556]);
});

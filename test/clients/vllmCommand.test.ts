import { expect, test } from 'vitest';
import { type VllmCommandSettings, vllmCommand } from '../../src/clients/vllmCommand.ts';

const settings: VllmCommandSettings = {
  model: 'my model',
  port: 26_500,
  tp_size: 2,
  vllm_protocol: 'openai',
  server_command: undefined,
  server_args: undefined,
};

test('the usual command really takes port and tensor parallelism', () => {
  expect(vllmCommand({ ...settings, port: 1234 }).join(' ')).toBe(
    'vllm serve my model --host 127.0.0.1 --port 1234 --tensor-parallel-size 2 --generation-config vllm',
  );
  expect(vllmCommand({ ...settings, vllm_protocol: 'generate' }).join(' ')).toBe(
    'python -m vllm.entrypoints.api_server --model my model --host 127.0.0.1 --port 26500 --tensor-parallel-size 2',
  );
});

test('arguments are added, word by word', () => {
  expect(vllmCommand({ ...settings, server_args: `--a 'b c'` }).slice(-2)).toEqual(['--a', 'b c']);
});

test('a command of the user replaces the usual one; what is filled in stays one word', () => {
  const command = vllmCommand({
    ...settings,
    server_command: `env PORT={port} serve "{model}" --x={model}:{port} {other}`,
    server_args: '{port}',
  });
  expect(command).toEqual(['env', 'PORT=26500', 'serve', 'my model', '--x=my model:26500', '{other}', '{port}']);
});

test.each([
  ['   ', /--server_command: it names no program/],
  [`vllm 'serve`, /--server_command: a ' is not closed/],
])('%j is refused', (server_command, message) => {
  expect(() => vllmCommand({ ...settings, server_command })).toThrow(message);
});

import type { SimulatorOptions } from '../simulator/simulatorOptions.ts';
import { startSimulator } from '../simulator/startSimulator.ts';
import type { ServeOptions } from './serveOptions.ts';

const exitCodesBySignal = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * `deepspeedometer serve`: the embedded server in the foreground, until a signal stops it.
 *
 * @param print writes a line
 * @returns the exit code that stands for the signal
 * @throws SpeedometerError `serverUnreachable` where it cannot listen
 */
export async function serve(options: SimulatorOptions & ServeOptions, print: (line: string) => void): Promise<number> {
  const simulator = await startSimulator(options, options);
  print(`Embedded server on ${simulator.url} (${simulator.description}). Ctrl-C stops it. Try:`);
  print('');
  print(`  curl -N ${simulator.url}/v1/completions -H 'content-type: application/json' \\`);
  print(`    -d '{"prompt": "Once upon a time", "max_tokens": 8, "stream": true}'`);
  print('');
  print('or measure it from another terminal:');
  print('');
  print(`  deepspeedometer --api openai --url ${simulator.url} --model any --tokenizer o200k_base --streaming`);
  print('');
  const code = await new Promise<number>((resolve) => {
    for (const [signal, exitCode] of Object.entries(exitCodesBySignal)) process.once(signal, () => resolve(exitCode));
  });
  await simulator.close();
  return code;
}

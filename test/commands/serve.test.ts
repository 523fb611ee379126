import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { parameters } from '../simulator/parameters.ts';

const root = new URL('../../', import.meta.url);

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'serve says where it listens, answers its own example, and ends with the code of %s',
  async (signal, code) => {
    const options = JSON.stringify({ ...parameters(), host: '127.0.0.1', port: 0 });
    const script = `import { serve } from './src/commands/serve.ts'; process.exit(await serve(${options}, console.log));`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let printed = '';
    for await (const piece of child.stdout.iterator({ destroyOnReturn: false })) {
      printed += String(piece);
      if (/--streaming\n\n$/.test(printed)) break;
    }
    const [, url, body] = /curl -N (\S+) .*-d '([^']+)'/s.exec(printed) ?? expect.fail(printed);
    expect(printed).toContain(`deepspeedometer --api openai --url ${new URL(String(url)).origin} `);
    const answer = await fetch(String(url), { method: 'POST', body: String(body) });
    expect(await answer.text()).toMatch(/^data: .*data: \[DONE\]\n\n$/s);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([code, null]);
  },
);

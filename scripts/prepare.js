// Installs and builds, each only where it is needed: `npm start` and `npm test` work in a fresh clone, and the second
// time neither costs anything. Only node's own modules may be used here.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export function prepare() {
  step('Installing (first time only)', ['package.json', 'package-lock.json'], 'node_modules/.installed', () =>
    npm('ci', '--no-audit', '--no-fund'),
  );
  step('Building', ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json'], 'dist/.built', () => {
    rmSync(join(root, 'dist'), { recursive: true, force: true });
    return spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
      cwd: root,
      encoding: 'utf8',
    });
  });
}

/** Does `work` unless `stamp` says that it was done for these very inputs. */
function step(title, inputs, stamp, work) {
  const stampPath = join(root, stamp);
  const wanted = digest(inputs);
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === wanted) return;
  const startedAt = Date.now();
  process.stderr.write(`${title} ... `);
  const { status, stdout, stderr, error } = work();
  if (status !== 0) {
    process.stderr.write(`failed\n${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}\n`);
    process.exit(1);
  }
  mkdirSync(join(stampPath, '..'), { recursive: true });
  writeFileSync(stampPath, wanted);
  process.stderr.write(`done in ${Math.round((Date.now() - startedAt) / 1000)} s\n`);
}

function npm(...args) {
  // onnxruntime-node would fetch CUDA libraries, which nothing here uses; npm 10 knows no allowScripts.
  const env = { ...process.env, npm_config_onnxruntime_node_install_cuda: 'skip' };
  // npm's own entry, so that the npm that runs us is the one that installs.
  const entry = process.env.npm_execpath;
  return entry?.endsWith('.js')
    ? spawnSync(process.execPath, [entry, ...args], { cwd: root, env, encoding: 'utf8' })
    : spawnSync('npm', args, { cwd: root, env, encoding: 'utf8', shell: process.platform === 'win32' });
}

function digest(inputs) {
  const hash = createHash('sha256').update(process.version);
  for (const input of inputs) {
    for (const file of filesOf(join(root, input))) hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.js';

prepare();
const bench = fileURLToPath(new URL('../bench/main.ts', import.meta.url));
const { status } = spawnSync(process.execPath, ['--import', 'tsx', bench, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);

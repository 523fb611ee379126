import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.js';

prepare();
const soak = fileURLToPath(new URL('../bench/soak.ts', import.meta.url));
const { status } = spawnSync(process.execPath, ['--import', 'tsx', soak, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(status ?? 1);

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.js';

prepare();
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const asked = process.argv.slice(2);
// What takes long, a quiet machine or real servers is asked for by name: npm run test:faults, test:capacity, test:servers, ...
const usual = ['--project', 'rooms', '--project', 'endToEnd'];
const projects = asked.includes('--project') ? [] : usual;
const { status } = spawnSync(process.execPath, [vitest, 'run', ...projects, ...asked], { stdio: 'inherit' });
process.exit(status ?? 1);

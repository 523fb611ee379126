// Checks the directions of imports, and that the checker saw the code at all: with a TypeScript that it cannot load it
// would pass over zero modules.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const files = readdirSync('src', { recursive: true }).filter((name) => String(name).endsWith('.ts')).length;
const { stdout, stderr, status } = spawnSync('npx', ['depcruise', 'src', '--output-type', 'err-long'], {
  encoding: 'utf8',
});
process.stdout.write(stdout + stderr);
const seen = Number(/\((\d+) modules/.exec(stdout)?.[1] ?? 0);
if (status !== 0) process.exit(1);
if (seen < files) {
  console.error(`the import checker saw ${seen} modules of ${files}`);
  process.exit(1);
}

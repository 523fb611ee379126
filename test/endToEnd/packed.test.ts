import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The package as it would be published, in a folder outside of the project. */
export function installPacked(): { readonly folder: string; readonly main: string } {
  const folder = temporaryFolder();
  const packed = join(folder, 'app/node_modules/deepspeedometer');
  mkdirSync(packed, { recursive: true });
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const archive = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xf', join(folder, archive), '-C', packed, '--strip-components', '1']);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder: join(folder, 'app'), main: join(packed, 'dist/commands/main.js') };
}

import { didYouMean } from '../config/nearestName.ts';
import { exitCodes, SpeedometerError } from '../core/errors.ts';
import { exitCodeOf, renderError } from './errorText.ts';
import { renderHelp, renderVerbHelp } from './help.ts';
import type { Terminal } from './terminal.ts';
import type { Verb } from './verb.ts';
import { packageVersion } from './version.ts';

const defaultVerb = 'run';

/**
 * Finds the verb, does it, and prints whatever error ends it.
 * @param argv the arguments after the program's name
 * @returns the exit code
 */
export async function runCommandLine(
  argv: readonly string[],
  verbs: Readonly<Record<string, Verb>>,
  terminal: Terminal,
): Promise<number> {
  try {
    if (argv[0] === 'help') return await runCommandLine([...argv.slice(1), '--help'], verbs, terminal);
    const [first] = argv;
    const named = first !== undefined && !first.startsWith('-');
    if (first === '--version' || first === '-v') {
      terminal.writeOut(`${packageVersion()}\n`);
      return exitCodes.done;
    }
    const rest = named ? argv.slice(1) : argv;
    const asksHelp = rest.some((word) => word === '--help' || word === '-h');
    if (!named && asksHelp) {
      terminal.writeOut(`${await renderHelp(verbs, defaultVerb, rest, terminal.columns)}\n`);
      return exitCodes.done;
    }
    const verb = findVerb(named ? first : defaultVerb, verbs);
    if (!asksHelp) return await verb.start(rest, terminal);
    terminal.writeOut(`${await renderVerbHelp(verb, rest, terminal.columns)}\n`);
    return exitCodes.done;
  } catch (error) {
    terminal.writeError(`${renderError(error, { color: terminal.color, debug: asksDebug(argv) })}\n`);
    return exitCodeOf(error);
  }
}

function findVerb(name: string, verbs: Readonly<Record<string, Verb>>): Verb {
  const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb !== undefined) return verb;
  const names = Object.keys(verbs);
  throw new SpeedometerError('usage', `${name}: unknown verb.${didYouMean(name, names)}`, {
    hint: `Verbs: ${names.join(', ')}. All options: deepspeedometer --help`,
  });
}

/** Read off the words themselves: it has to hold for errors in the options, too. */
export function asksDebug(argv: readonly string[]): boolean {
  const at = argv.lastIndexOf('--debug');
  return (at !== -1 && argv[at + 1] !== 'false') || argv.includes('--debug=true');
}

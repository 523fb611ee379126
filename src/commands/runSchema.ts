import { namedApis } from '../config/namedApis.ts';
import { createRunSchema, type OutsideClient, type RunSchema, runSchema } from '../config/runOptions.ts';

/**
 * The options of a run with these arguments: those of clients from outside, which they name by a path, among them.
 * @throws SpeedometerError `usage` where such a client does not load
 */
export async function runSchemaFor(argv: readonly string[]): Promise<RunSchema> {
  const { loadClientModule, moduleAddress } = await import('../clients/clientModule.ts');
  const outside: OutsideClient[] = [];
  for (const api of await namedApis(argv)) {
    const address = moduleAddress(api);
    if (address === undefined) continue;
    const { options } = await loadClientModule(address);
    outside.push(options === undefined ? { api } : { api, options });
  }
  return outside.length === 0 ? runSchema : createRunSchema(outside);
}

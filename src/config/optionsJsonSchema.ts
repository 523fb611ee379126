import type { OptionSpec } from './optionSpec.ts';

/** JSON Schema (draft 7, which editors know best) of a YAML file of options, as JSON text. */
export function renderOptionsJsonSchema(specs: readonly OptionSpec[]): string {
  const properties = specs.filter((spec) => spec.meta.flagOnly !== true).flatMap(propertiesOf);
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Options of deepspeedometer run',
    description: 'A list for an option that takes one value makes a sweep for each of them, in every combination.',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** What names a module by where it lies: a folder or an ending is in it. */
const path = { type: 'string', pattern: '[./\\\\]' };

function propertiesOf(spec: OptionSpec): readonly (readonly [string, object])[] {
  const { name, meta, defaultValue } = spec;
  const value = withAliases(spec);
  const unit = meta.unit === undefined ? '' : ` [${meta.unit}]`;
  const property = {
    description: `${meta.description}${unit}`,
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
    anyOf: [
      value,
      ...(meta.word === undefined ? [] : [{ const: meta.word }]),
      ...(meta.takesMapping === true ? [{ type: 'object' }] : []),
      ...(meta.takesPath === true ? [path] : []),
      { type: 'array', items: meta.takesPath === true ? { anyOf: [value, path] } : value, minItems: 1 },
    ],
  };
  const aliases = (meta.aliases ?? []).map(
    (alias) => [alias.name, { ...property, description: `Write ${name}.`, deprecated: alias.warn }] as const,
  );
  return [[name, property], ...aliases];
}

function withAliases({ value, meta }: OptionSpec): object {
  if (meta.valueAliases === undefined || value.enum === undefined) return value;
  return { ...value, enum: [...value.enum, ...Object.keys(meta.valueAliases)] };
}

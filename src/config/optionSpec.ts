import { z } from 'zod';
import type { OptionMeta, OptionSlice } from '../core/optionSlice.ts';

/** One value of an option in the words of JSON Schema; of a list option, one element. */
export interface ValueSchema {
  readonly type: 'boolean' | 'integer' | 'number' | 'string';
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
}

/** All that flags, YAML, help and the reference know of an option, read off its zod type. */
export interface OptionSpec {
  readonly name: string;
  /** Title of the slice that it stands in. */
  readonly group: string;
  /** The clients that it means something to; all of them where it is absent. */
  readonly apis?: readonly string[];
  readonly type: z.ZodType;
  readonly value: ValueSchema;
  /** Its value is a list; a list given for any other option stands for alternatives. */
  readonly isList: boolean;
  /** `undefined` where there is none. */
  readonly defaultValue: unknown;
  readonly meta: OptionMeta;
}

interface PropertySchema extends ValueSchema {
  readonly default?: unknown;
  readonly items?: ValueSchema;
  /** Of a list in whose place a word may stand: the word, then the list. */
  readonly anyOf?: readonly [ValueSchema, PropertySchema];
}

/**
 * The options of some slices, in their order.
 * @param apisOf the clients that a slice means something to; undefined for all of them
 */
export function describeOptions(
  slices: readonly OptionSlice[],
  apisOf: (slice: OptionSlice) => readonly string[] | undefined = () => undefined,
): readonly OptionSpec[] {
  return slices.flatMap((slice) => {
    const apis = apisOf(slice);
    const schema = z.toJSONSchema(z.object(slice.shape), { io: 'input', target: 'draft-7' });
    const properties = schema.properties as unknown as Readonly<Record<string, PropertySchema>>;
    return Object.entries(properties).map(([name, property]): OptionSpec => {
      const type = slice.shape[name] as z.ZodType;
      const items = property.items ?? property.anyOf?.[1].items;
      return {
        name,
        group: slice.title,
        ...(apis === undefined ? {} : { apis }),
        type,
        value: valueSchema(items ?? property),
        isList: items !== undefined,
        defaultValue: property.default,
        meta: type.meta() as unknown as OptionMeta,
      };
    });
  });
}

const valueKeys = ['type', 'enum', 'minimum', 'maximum', 'exclusiveMinimum', 'minLength', 'pattern'] as const;

// zod writes our own meta keys into the property too, and the safe integers as the range of every integer.
function valueSchema(property: ValueSchema): ValueSchema {
  const known = valueKeys.filter((key) => property[key] !== undefined && !isUnbounded(property[key]));
  return Object.fromEntries(known.map((key) => [key, property[key]])) as unknown as ValueSchema;
}

function isUnbounded(bound: unknown): boolean {
  return bound === Number.MAX_SAFE_INTEGER || bound === Number.MIN_SAFE_INTEGER;
}

import { z } from 'zod';
import type { OptionSlice, OptionsOf } from '../core/optionSlice.ts';

type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** The parsed values of several slices as one object. */
export type ComposedOptions<Slices extends readonly OptionSlice[]> = Intersection<
  Slices[number] extends infer Slice ? (Slice extends OptionSlice ? OptionsOf<Slice> : never) : never
>;

/** The one schema of several slices. @throws Error where two of them have an option of the same name */
export function composeSchema<const Slices extends readonly OptionSlice[]>(
  slices: Slices,
): z.ZodType<ComposedOptions<Slices>> {
  const names = slices.flatMap((slice) => Object.keys(slice.shape));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two slices have an option named ${twice}`);
  const shape: z.ZodRawShape = Object.assign({}, ...slices.map((slice) => slice.shape));
  return z.strictObject(shape) as unknown as z.ZodType<ComposedOptions<Slices>>;
}

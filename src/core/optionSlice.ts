import type { z } from 'zod';

/** What help, the reference page and the expansion of lists know of an option beside its type. */
export interface OptionMeta {
  readonly description: string;
  /** Printed beside the name: `tokens`, `s`, `requests`. */
  readonly unit?: string;
  /** Several values make a sweep for each of them, on the command line as in YAML. */
  readonly expands?: boolean;
  /** Never written to the log, results or messages. */
  readonly secret?: boolean;
  /** Other spellings that are accepted; `warn` tells the user of the right one. */
  readonly aliases?: readonly { readonly name: string; readonly warn: boolean }[];
  /** Other names of its values, each with what it stands for. */
  readonly valueAliases?: Readonly<Record<string, string>>;
  /** Stands in place of the default in help, where the default is worked out later. */
  readonly defaultText?: string;
  /** A word that may stand in place of a list. */
  readonly word?: string;
  /** Changes no figure of a level: not part of the digest by which an earlier result is recognised. */
  readonly presentation?: boolean;
  /**
   * What two levels must have in common to be compared: `level` stands in their summaries (load, mean lengths, streaming),
   * `prompts` is what else their prompts follow from.
   */
  readonly decides?: 'level' | 'prompts';
  /** Holds for the whole run: all combinations must agree on it. */
  readonly wholeRun?: boolean;
  /** A repeated flag adds to the list instead of replacing it. */
  readonly accumulates?: boolean;
  /** A mapping in a file of options is taken as its JSON text. */
  readonly takesMapping?: boolean;
  /** Its value may look like a flag: the word after it is taken, whatever it is. */
  readonly takesFlags?: boolean;
  /** Beside the names that it takes, the path of a module. */
  readonly takesPath?: boolean;
  /** Belongs on the command line, not in a configuration file. */
  readonly flagOnly?: boolean;
}

/**
 * The options of one stage, beside the code that uses them. `config` composes the slices; a stage sees only its own.
 * Keys are the options' names in flags and YAML.
 */
export interface OptionSlice<Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** Heading in `--help`. */
  readonly title: string;
  readonly shape: Shape;
}

/** The parsed values of a slice. */
export type OptionsOf<Slice extends OptionSlice> = z.output<z.ZodObject<Slice['shape']>>;

/** Ties a description, unit and the like to a zod type. */
export function option<Type extends z.ZodType>(type: Type, meta: OptionMeta): Type {
  return type.meta({ ...meta }) as Type;
}

import { readFileSync, statSync } from 'node:fs';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { messageOf } from '../core/errors.ts';
import { createLookup, distinct, type GivenOption, type OptionLookup, type ReadOptions } from './givenOptions.ts';
import { didYouMean } from './nearestName.ts';
import type { OptionSpec } from './optionSpec.ts';
import { checkValue, describeExpected, describeGot } from './optionValue.ts';

const largestFileBytes = 1 << 20;
/** Nodes that the aliases inside of a mapping may unfold to. */
const mostAliases = 100;

/** Reads a YAML file of options. One that cannot be read is a problem like any other. */
export function readConfigFile(path: string, specs: readonly OptionSpec[]): ReadOptions {
  try {
    if (statSync(path).size > largestFileBytes) return failed(`${path}: larger than a file of options can be (1 MiB)`);
    return parseConfigFile(readFileSync(path, 'utf8'), path, specs);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return failed(`--config_file: cannot read ${path} (${unreadable[code] ?? messageOf(error)})`);
  }
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
};

function failed(problem: string): ReadOptions {
  return { given: new Map(), warnings: [], problems: [problem] };
}

/** Reads options from YAML. Each problem begins with `file:line:column`. */
export function parseConfigFile(text: string, file: string, specs: readonly OptionSpec[]): ReadOptions {
  const lines = new LineCounter();
  // Duplicate keys are found below, together with those that meet through an alias.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const placeAt = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    return { given: new Map(), warnings: [], problems: broken.map((e) => `${placeAt(e.pos[0])}  ${e.message}`) };
  }
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return { given: new Map(), warnings: [], problems: [] };
  if (!isMap(root)) {
    return failed(`${placeAt(offsetOf(root))}  expected options, each as "name: value", got ${describeNode(root)}`);
  }
  return new FileReader(document, createLookup(specs), placeAt).read(root.items as readonly Pair<Node, Node | null>[]);
}

class FileReader {
  readonly #document: Document;
  readonly #lookup: OptionLookup;
  readonly #placeAt: (offset: number) => string;
  readonly #given = new Map<string, GivenOption>();
  readonly #warnings: string[] = [];
  readonly #problems: string[] = [];

  constructor(document: Document, lookup: OptionLookup, placeAt: (offset: number) => string) {
    this.#document = document;
    this.#lookup = lookup;
    this.#placeAt = placeAt;
  }

  read(pairs: readonly Pair<Node, Node | null>[]): ReadOptions {
    const firstPlaces = new Map<string, string>();
    for (const { key, value } of pairs) {
      const at = this.#placeAt(offsetOf(key));
      const name = isScalar(key) ? String(key.value) : describeNode(key);
      const spec = this.#specOf(name, at);
      if (spec === undefined) continue;
      const first = firstPlaces.get(spec.name);
      firstPlaces.set(spec.name, first ?? at);
      if (first === undefined) this.#readValue(spec, value, at);
      else this.#problems.push(`${at}  ${spec.name}: given twice, first at ${first}`);
    }
    return { given: this.#given, warnings: this.#warnings, problems: this.#problems };
  }

  #specOf(name: string, at: string): OptionSpec | undefined {
    const found = this.#lookup.find(name);
    if (found === undefined) {
      this.#problems.push(`${at}  ${name}: unknown option.${didYouMean(name, this.#lookup.names)}`);
    } else if (found.spec.meta.flagOnly === true) {
      this.#problems.push(`${at}  ${name}: belongs on the command line, as --${name}`);
    } else {
      if (found.misspelled) {
        this.#warnings.push(`${at}  ${name}: taken as ${found.spec.name}, which is the right spelling`);
      }
      return found.spec;
    }
    return undefined;
  }

  #readValue(spec: OptionSpec, written: Node | null, keyPlace: string): void {
    const node = this.#resolve(written);
    const elements = isSeq(node) ? (node.items as readonly (Node | null)[]) : [node];
    const raws = elements.map((element) => this.#rawOf(spec, this.#resolve(element)));
    const placeOf = (index: number): string => {
      const element = elements[index] ?? written;
      return element === null ? keyPlace : this.#placeAt(offsetOf(element));
    };
    const complain = (index: number, problem: string): void => {
      this.#problems.push(`${placeOf(index)}  ${spec.name}: ${problem}`);
    };
    if (raws.length === 0 && !spec.isList) complain(0, `expected ${describeExpected(spec)}, got an empty list`);
    const alternatives: unknown[] = [];
    for (const [index, raw] of spec.isList ? [[undefined, raws] as const] : raws.entries()) {
      const checked = checkValue(spec, raw);
      if ('problem' in checked) complain(index ?? checked.index ?? 0, checked.problem);
      else alternatives.push(checked.value);
    }
    this.#given.set(spec.name, { place: `${keyPlace}  ${spec.name}`, alternatives: distinct(alternatives) });
  }

  /** A scalar's value, or a mapping's JSON text where one is taken. */
  #rawOf(spec: OptionSpec, node: Node | null): unknown {
    if (!isMap(node) || spec.meta.takesMapping !== true) return scalarOf(spec, node);
    try {
      return JSON.stringify(node.toJS(this.#document, { maxAliasCount: mostAliases }));
    } catch {
      return {}; // its aliases unfold without bound
    }
  }

  // Aliases are followed once and never inside of collections, so that none can be made to unfold without bound.
  #resolve(node: Node | null): Node | null {
    return isAlias(node) ? (node.resolve(this.#document) ?? null) : node;
  }
}

/** A scalar's value; where text is wanted, the words as they were written (`model: 7`). Else a stand-in that no type takes. */
function scalarOf(spec: OptionSpec, node: Node | null): unknown {
  if (node === null) return null;
  if (!isScalar(node)) return isSeq(node) ? [null] : {};
  return spec.value.type === 'string' && node.value !== null ? (node.source ?? String(node.value)) : node.value;
}

function offsetOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

function describeNode(node: Node): string {
  if (isSeq(node)) return 'a list';
  return isScalar(node) ? describeGot(node.value) : 'a mapping';
}

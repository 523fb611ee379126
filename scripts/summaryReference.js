// The definitions of all keys of summary.json, out of the types and their comments.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

const introduction = `# Keys of \`summary.json\`

Written by \`npm run docs\` from the types in \`src/metrics\`; \`--output json\` prints the same. What was not measured is absent,
never 0. Times are in milliseconds where a name ends in \`Ms\`, shares (\`Ratio\`) are from 0 to 1, rates (\`PerSec\`) are a second.

Two stretches of a level have a throughput. The *steady* window begins when every client has sent its first measured request
and ends when the first client finds no more work: it is what tables, curve and saturation are made of. The *whole* stretch
begins with the level. The drain after them is in neither. Latencies are those of requests sent in the steady window.

`;

/**
 * A Markdown page with every key of \`RunSummary\`.
 * @throws Error where a key has no comment
 */
export function renderSummaryReference() {
  const program = ts.createProgram([`${root}src/metrics/runSummary.ts`], {
    strict: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(`${root}src/metrics/runSummary.ts`);
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(file));
  const summary = exported.find(({ name }) => name === 'RunSummary');
  const pages = new Map();
  const queue = [checker.getDeclaredTypeOfSymbol(summary)];
  for (const type of queue) {
    const name = type.symbol.name;
    if (!pages.has(name)) pages.set(name, section(name, type, checker, queue));
  }
  return introduction + [...pages.values()].join('\n');
}

function section(name, type, checker, queue) {
  const rows = rowsOf('', type, checker, queue);
  const about = commentOf(type.symbol, checker);
  const head = ['| key | value | meaning |', '|---|---|---|'];
  return [`## ${name}`, '', about, '', ...head, ...rows, ''].join('\n');
}

function rowsOf(prefix, type, checker, queue) {
  return checker.getPropertiesOfType(type).flatMap((property) => {
    const key = prefix + property.name;
    const comment = commentOf(property, checker);
    if (comment === '') throw new Error(`${key} of ${type.symbol.name}: its comment is missing`);
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    const own = checker.getNonNullableType(checker.getTypeOfSymbol(property));
    const element = checker.isArrayType(own) ? checker.getTypeArguments(own)[0] : own;
    const path = element === own ? key : `${key}[]`;
    const row = (value) => `| \`${path}\`${isOptional ? ' (may be absent)' : ''} | ${value} | ${comment} |`;
    if (isInterface(element)) {
      queue.push(element);
      return [row(`[${element.symbol.name}](#${element.symbol.name.toLowerCase()})`)];
    }
    if (isNested(element, checker)) return [row('object'), ...rowsOf(`${path}.`, element, checker, queue)];
    return [row(describeValue(element, checker))];
  });
}

function isInterface(type) {
  return type.symbol !== undefined && (type.symbol.flags & ts.SymbolFlags.Interface) !== 0 && declaredByUs(type.symbol);
}

function declaredByUs({ declarations = [] }) {
  return declarations.every((declaration) => declaration.getSourceFile().fileName.startsWith(`${root}src/`));
}

/** An object that is written out where it is used; maps (options, counts by kind) have no keys of their own. */
function isNested(type, checker) {
  if (type.aliasSymbol !== undefined || ((type.symbol?.flags ?? 0) & ts.SymbolFlags.TypeLiteral) === 0) return false;
  return checker.getPropertiesOfType(type).length > 0;
}

function describeValue(type, checker) {
  const [map, names] =
    type.aliasTypeArguments?.[0]?.aliasSymbol?.name === 'Record'
      ? [true, type.aliasTypeArguments[0].aliasTypeArguments[0]]
      : [false, type];
  if (names.isUnion() && names.types.every((one) => one.isStringLiteral())) {
    const words = names.types.map(({ value }) => `\`${value}\``).join(', ');
    return map ? `by ${words}` : words;
  }
  if (checker.getIndexInfoOfType(type, ts.IndexKind.String) !== undefined) return 'by name';
  return checker.isTupleType(type) ? 'two numbers' : checker.typeToString(type);
}

function commentOf(symbol, checker) {
  return ts
    .displayPartsToString(symbol.getDocumentationComment(checker))
    .replace(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .trim();
}

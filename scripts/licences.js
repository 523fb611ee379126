import { readFileSync } from 'node:fs';

/** Licences under which anybody may use, change and pass on what is built with the package. */
const allowed = new Set([
  ...['(MIT OR CC0-1.0)', '0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'],
  'MIT OR Apache-2.0',
]);

/** Others, of packages that are installed beside ours as they are, whole and unchanged; each was read. */
const exceptions = [
  { licence: /LGPL-3\.0-or-later/, name: /^@img\/sharp-/, why: 'libvips, loaded by sharp for transformers; optional' },
  { licence: /^MPL-2\.0$/, name: /^@resvg\//, why: 'draws PNG; optional' },
  { licence: /^MPL-2\.0$/, name: /^lightningcss/, why: 'part of the test runner' },
  { licence: /^SEE LICENSE/, name: /^dejavu-fonts-ttf$/, why: 'Bitstream Vera: free to use and embed; optional' },
];

/** The page of all dependencies and their licences, from the lock file. @throws where one is not allowed */
export function renderLicences() {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
  const packages = Object.entries(lock.packages)
    .filter(([place]) => place !== '')
    .map(([place, entry]) => ({
      ...entry,
      name: place.replace(/^.*node_modules\//, ''),
      licence: entry.license ?? 'none',
    }));
  for (const one of packages) refuseUnknown(one);
  return `# Licences

deepspeedometer is under Apache-2.0. What it is installed with, as \`package-lock.json\` has it; written by \`npm run docs\`, which fails
where a licence is not among those that anybody may use, change and pass on.

## In use

${table(packages.filter(({ dev }) => dev !== true))}
## To build and test

${table(packages.filter(({ dev }) => dev === true))}`;
}

function refuseUnknown({ name, licence }) {
  if (allowed.has(licence) || exceptionFor({ name, licence }) !== undefined) return;
  throw new Error(`${name}: its licence is ${licence}. Read it, and allow it in scripts/licences.js, or do without`);
}

function exceptionFor({ name, licence }) {
  return exceptions.find((exception) => exception.licence.test(licence) && exception.name.test(name));
}

/** A row a licence; builds of a package for each platform are counted. */
function table(packages) {
  const rows = [...grouped(packages)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([licence, group]) => {
      const own = [...new Set(group.filter((one) => !isBuild(one)).map(({ name, version }) => `${name} ${version}`))];
      const builds = group.filter(isBuild).length;
      const words = [...own.sort(), ...(builds === 0 ? [] : [`${builds} builds for platforms`])].join(', ');
      const why = [...new Set(group.flatMap((one) => exceptionFor(one)?.why ?? []))].join('; ');
      return `| ${licence} | ${words} | ${why} |`;
    });
  return `| licence | packages | |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function isBuild({ os, cpu }) {
  return os !== undefined || cpu !== undefined;
}

function grouped(packages) {
  const groups = new Map();
  for (const one of packages) groups.set(one.licence, [...(groups.get(one.licence) ?? []), one]);
  return groups;
}

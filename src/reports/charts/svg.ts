type Attribute = string | number | undefined;

/** An element of SVG or HTML as text. Attributes that are `undefined` are left out; children are markup already. */
export function element(name: string, attributes: Readonly<Record<string, Attribute>>, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? rounded(value) : escapeMarkup(String(value))}"`);
  const open = `<${name}${written.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`;
}

/** Text between tags and within attributes. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] as string);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A place in a picture: a tenth of a pixel is finer than anyone sees. */
export function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** The path through points, in their order. */
export function polyline(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`).join('');
}

/** How wide a text is about, in a sans-serif face: rather too wide than too narrow. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text) width += narrow.test(character) ? 0.35 : wide.test(character) ? 0.85 : 0.62;
  return width * size;
}

const narrow = /[iljtf.,:;'|()[\] ]/;
const wide = /[mwMWÀ-ÖØ-Þ%@]/;

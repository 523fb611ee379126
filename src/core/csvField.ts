/** What is no plain word. Most texts are plain ones, and a table has millions of them. */
const special = /^[=+\-@\t\r]|[",\r\n]/;
/** What spreadsheets take for a formula: words of servers are among the texts. */
const formula = /^[=+\-@\t\r]/;

/**
 * A field of CSV as RFC 4180 has it: quotes where they are needed, nothing for what is absent. A text that a spreadsheet
 * would run as a formula gets an apostrophe before it, which spreadsheets do not show.
 */
export function csvField(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  if (!special.test(value)) return value;
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

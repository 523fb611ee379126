/** Escape sequences of terminals: CSI, OSC (up to BEL or ST) and the two-character ones. */
const escapeSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -~]?)/g;
/** C0, DEL and C1 controls, and the marks that turn or hide the text around them. */
const controls = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/**
 * Text of others (servers, files, options) as one line that a terminal only prints: no escape sequences, no control
 * characters, no bidirectional marks.
 */
export function plainText(text: string): string {
  return text.replace(escapeSequences, '').replace(controls, ' ').trim();
}

const asciiOf: Readonly<Record<string, string>> = {
  '·': '|',
  '±': '+/-',
  '×': 'x',
  '→': '->',
  '◀': '<',
  '╰': '\\',
  '…': '...',
  '–': '-',
};

/** The same text in ASCII; what has no likeness there becomes a question mark. */
export function asciiText(text: string): string {
  return text.replace(/[^\u0000-\u007f]/gu, (character) => asciiOf[character] ?? '?');
}

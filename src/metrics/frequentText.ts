/** So many different texts are told apart. */
const capacity = 32;

/**
 * Finds the text that comes most often among any number of texts, in bounded memory (the "space-saving" algorithm of
 * Metwally, Agrawal and El Abbadi): where there is no room, a new text takes the place and the count of the rarest. One
 * that makes up more than 1/32 of all is never missed; up to 32 different ones are counted exactly.
 */
export class FrequentText {
  readonly #counts = new Map<string, number>();

  add(text: string): void {
    const count = this.#counts.get(text);
    if (count !== undefined || this.#counts.size < capacity) {
      this.#counts.set(text, (count ?? 0) + 1);
      return;
    }
    const [rarest, least] = [...this.#counts].reduce((low, entry) => (entry[1] < low[1] ? entry : low));
    this.#counts.delete(rarest);
    this.#counts.set(text, least + 1);
  }

  /** Of equally frequent ones the first in the order of their characters; `undefined` where there was none. */
  get most(): string | undefined {
    let [most, highest]: [string | undefined, number] = [undefined, 0];
    for (const [text, count] of this.#counts) {
      if (count > highest || (count === highest && most !== undefined && text < most)) [most, highest] = [text, count];
    }
    return most;
  }
}

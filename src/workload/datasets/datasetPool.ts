/** A row with the number that decides whether it is among those that are taken. */
interface Keyed<Row> {
  readonly key: number;
  readonly row: Row;
}

/**
 * The rows with the smallest keys, of as many as come. With keys drawn uniformly these are a sample without replacement, in a random
 * order, whatever the number of rows; memory holds at most twice as many as are wanted.
 */
export class DatasetPool<Row extends { readonly characters: number }> {
  readonly #most: number;
  readonly #mostCharacters: number;
  #rows: Keyed<Row>[] = [];
  #characters = 0;
  #limit = Number.POSITIVE_INFINITY;
  /** Rows were left out since their texts are too long together. */
  isCut = false;

  constructor(most: number, mostCharacters: number) {
    this.#most = most;
    this.#mostCharacters = mostCharacters;
  }

  /** Whether a row with that key could be among them. */
  wants(key: number): boolean {
    return key < this.#limit;
  }

  add(key: number, row: Row): void {
    this.#rows.push({ key, row });
    this.#characters += row.characters;
    if (this.#rows.length >= 2 * this.#most || this.#characters >= 2 * this.#mostCharacters) this.#leaveOut();
  }

  /** The rows by ascending keys. */
  rows(): readonly Row[] {
    this.#leaveOut();
    return this.#rows.map(({ row }) => row);
  }

  #leaveOut(): void {
    this.#rows.sort((one, other) => one.key - other.key);
    let characters = 0;
    let kept = 0;
    for (const { row } of this.#rows) {
      if (kept === this.#most) break;
      if (kept > 0 && characters + row.characters > this.#mostCharacters) {
        this.isCut = true;
        break;
      }
      characters += row.characters;
      kept++;
    }
    const first = this.#rows[kept];
    if (first !== undefined) this.#limit = Math.min(this.#limit, first.key);
    this.#rows.length = kept;
    this.#characters = characters;
  }
}

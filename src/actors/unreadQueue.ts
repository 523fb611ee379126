/** What an {@link UnreadQueue} needs. */
export interface UnreadSettings<Item> {
  readonly nowMs: () => number;
  /** Runs a callback once the sockets that are ready have been stamped. */
  readonly defer: (callback: () => void) => void;
  readonly read: (item: Item) => void;
}

/** So long sockets may keep the reader waiting. */
const longestWaitMs = 5;
/** No turn of reading is shorter, nor longer than this share of all: sockets are stamped before the next one. */
const leastItems = 16;
const share = 4;

/**
 * What has come and is not read yet, first come, first read. It waits while turn after turn brings more, so that the
 * answers of a burst are all stamped before the first is read; then it reads in short turns, with sockets between.
 */
export class UnreadQueue<Item> {
  readonly #settings: UnreadSettings<Item>;
  #items: Item[] = [];
  /** Of `#items`, those that were there a turn ago. */
  #known = 0;
  #sinceMs = 0;
  #isWaiting = false;

  constructor(settings: UnreadSettings<Item>) {
    this.#settings = settings;
  }

  add(item: Item): void {
    this.#items.push(item);
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#known = 0;
    this.#sinceMs = this.#settings.nowMs();
    this.#settings.defer(this.#turn);
  }

  /** Reads all that there is, now. */
  readAll(): void {
    while (this.#items.length > 0) this.#readFirst(this.#items.length);
  }

  readonly #turn = (): void => {
    const { length } = this.#items;
    const isQuiet = length <= this.#known || this.#settings.nowMs() - this.#sinceMs >= longestWaitMs;
    if (isQuiet) this.#readFirst(Math.max(leastItems, Math.ceil(length / share)));
    this.#known = this.#items.length;
    this.#isWaiting = this.#known > 0;
    if (this.#isWaiting) this.#settings.defer(this.#turn);
  };

  #readFirst(count: number): void {
    const items = this.#items;
    this.#items = items.slice(count); // reading may add more
    const end = Math.min(count, items.length);
    for (let index = 0; index < end; index++) this.#settings.read(items[index] as Item);
  }
}

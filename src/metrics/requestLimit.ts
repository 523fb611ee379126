/** A limit that every single request can be held against. */
export interface RequestLimit {
  readonly figure: 'queueMs' | 'ttftMs' | 'tpotMs' | 'e2eMs';
  holds(valueMs: number): boolean;
}

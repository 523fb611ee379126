/** A type whose fields may be set: for who builds a value field by field, since a spread makes an object of a shape of its own. */
export type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

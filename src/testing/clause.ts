import type { ContractBench } from './contractBench.ts';

/** A clause of the contract with what checks it. */
export interface Clause {
  /** A fact about every client, in the present tense. */
  readonly name: string;
  /** @returns words on why it says nothing about this client @throws AssertionError where the client breaks it */
  readonly check: (bench: ContractBench) => Promise<string | undefined>;
}

/** Ties a clause to its check. */
export function clause(name: string, check: Clause['check']): Clause {
  return { name, check };
}

/**
 * `deepspeedometer/testing`: the contract of a client as a suite of checks, for any test runner. See
 * docs/adding-a-client.md.
 *
 * @module
 */
import { answerChecks } from './answerChecks.ts';
import { cancelChecks } from './cancelChecks.ts';
import { ContractBench, type ContractSubject } from './contractBench.ts';
import { conversationChecks } from './conversationChecks.ts';
import { failureChecks } from './failureChecks.ts';
import { serviceChecks } from './serviceChecks.ts';
import { stampChecks } from './stampChecks.ts';

export type { ContractSubject, KnownAnswer } from './contractBench.ts';

/** One clause of the contract. Checks run in their order: the last one stops the service. */
export interface ContractCheck {
  /** A fact about every client. */
  readonly name: string;
  /** @returns words on why it says nothing about this client @throws AssertionError where the client breaks it */
  run(): Promise<string | undefined>;
}

/** What a test runner hands to a test: vitest's and node's both can skip. */
export interface TestContext {
  skip?(why: string): void;
}

/** The checks, by name, for a runner of your own. */
export function contractOf(subject: ContractSubject): readonly ContractCheck[] {
  const bench = new ContractBench(subject);
  const checks = [
    ...answerChecks,
    ...conversationChecks,
    ...stampChecks,
    ...cancelChecks,
    ...failureChecks,
    ...serviceChecks,
  ];
  return checks.map(({ name, check }) => ({ name, run: () => check(bench) }));
}

/**
 * Declares a test for each check; those that say nothing about this client are skipped.
 *
 * @example
 * import { test } from 'node:test';
 * import { describeAdapter } from 'deepspeedometer/testing';
 * import { adapter } from './my-client.js';
 *
 * describeAdapter({ adapter, settings: { url: 'http://127.0.0.1:8000' } }, test);
 */
export function describeAdapter(
  subject: ContractSubject,
  test: (name: string, run: (context: TestContext) => Promise<void>) => unknown,
): void {
  for (const { name, run } of contractOf(subject)) {
    void test(name, async (context) => {
      const why = await run();
      if (why !== undefined) context.skip?.(why);
    });
  }
}

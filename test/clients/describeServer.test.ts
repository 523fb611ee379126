import { expect, test } from 'vitest';
import { warnOfServer } from '../../src/clients/describeServer.ts';
import type { ServerFlavour } from '../../src/clients/serverFacts.ts';

test.each<[ServerFlavour, readonly string[], readonly string[]]>([
  ['vllm', ['a', 'b'], ['the server does not list a model m; it lists a, b']],
  ['vllm', ['a', 'b', 'c', 'd', 'e', 'f'], ['the server does not list a model m; it lists a, b, c, d, e and more']],
  ['llamacpp', ['a'], ['the server does not list a model m; it lists a, and answers by it whatever it is asked for']],
  ['ollama', ['m:latest'], []],
  ['vllm', ['m'], []],
  ['unknown', [], []],
])(
  'of a model that a server of the kind %s may not have, where it lists %j, it is said: %j',
  (flavour, models, said) => {
    expect(warnOfServer({ flavour, models, hasMetrics: false }, 'm')).toEqual(said);
  },
);

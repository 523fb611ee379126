import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keepSecrets, masked, namesSecret, secretsIn, withoutSecrets } from '../../src/core/secrets.ts';

test('a secret that was kept is masked wherever it stands, also as JSON and in a URL', () => {
  keepSecrets(['pass"word/1', 'pa55']);
  expect(withoutSecrets('pass"word/1, pass\\"word/1, ?key=pass%22word%2F1')).toBe('***, ***, ?key=***');
  expect(withoutSecrets('pa55 is too short to be told from other words')).toMatch(/^pa55/);
  const event = {
    type: 'request.failed',
    atMs: 3,
    message: 'not pass"word/1',
    bins: [1, 2],
    more: { words: ['pass"word/1'] },
  };
  expect(masked(event)).toEqual({ ...event, message: 'not ***', more: { words: ['***'] } });
  expect(masked(new Float64Array(2))).toEqual(new Float64Array(2));
});

test('no part of a secret that is long enough to know it by survives, wherever a text was cut off', () => {
  const secret = 'sk-0123456789abcdefghij';
  keepSecrets([secret]);
  const words = fc.string({ unit: fc.constantFrom('s', 'k', '-', '0', ' ', secret), maxLength: 40 });
  fc.assert(
    fc.property(words, fc.nat(60), (text, cut) => {
      expect(withoutSecrets(text.slice(0, cut))).not.toContain(secret.slice(0, 8));
    }),
  );
});

test.each([
  ['authorization', true],
  ['X-Api-Key', true],
  ['access_token', true],
  ['Cookie', true],
  ['Ocp-Apim-Subscription-Key', true],
  ['content-type', false],
  ['max_tokens', false],
  ['monkey', false],
])('whether %s names a secret: %s', (name, isSecret) => {
  expect(namesSecret(name)).toBe(isSecret);
});

test.each([
  ['vllm serve m --api-key hunter22 --port 1', ['hunter22']],
  ["env HF_TOKEN='hunter 22' serve --api_key=hunter33", ['hunter 22', 'hunter33']],
  ['{"top_p": 0.9, "api_key": "hunter22"}', ['hunter22']],
  ['curl -H "Authorization: Bearer hunter22"', ['hunter22']],
  ['--tokenizer x --max-num-batched-tokens 8192 --eos-token 123456', []],
] as const)('the secrets in %s are %j', (text, secrets) => {
  expect(secretsIn(text)).toEqual(secrets);
});

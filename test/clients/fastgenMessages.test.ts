import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeReply, optionField, promptField } from '../../src/clients/fastgenMessages.ts';
import { protobufFields } from '../../src/clients/protobufFields.ts';
import { readRequest } from './imitatedMii.ts';

// Both were made with another encoder than ours.
const request =
  '0a02486912140a0e6d61785f6e65775f746f6b656e731202100812100a0a69676e6f72655f656f731202200112140a0b74656d706572617475726512051d0000003f';
const reply = '0a170a016112046e6f6e65180220012d000080bf35000080bf';

test('a request has the bytes of another encoder', () => {
  const fields = [
    promptField('Hi'),
    optionField('max_new_tokens', 'integer', 8),
    optionField('ignore_eos', 'flag', true),
    optionField('temperature', 'float', 0.5),
  ];
  expect(Buffer.concat(fields).toString('hex')).toBe(request);
  expect(readRequest(Buffer.from(request, 'hex'))).toEqual({
    prompts: ['Hi'],
    options: { max_new_tokens: 8, ignore_eos: true, temperature: 0.5 },
  });
});

test('a reply of another encoder is read', () => {
  expect(decodeReply(Buffer.from(reply, 'hex'))).toEqual({
    response: 'a',
    finish_reason: 'none',
    prompt_tokens: 2,
    generated_tokens: 1,
  });
});

test('what is absent in a reply has its default, and no answer is none', () => {
  expect(decodeReply(Buffer.from('0a00', 'hex'))).toEqual({
    response: '',
    finish_reason: '',
    prompt_tokens: 0,
    generated_tokens: 0,
  });
  expect(decodeReply(Buffer.alloc(0))).toBeUndefined();
});

test('numbers and texts of every size come back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.maxSafeNat(), (prompt, count) => {
      const message = Buffer.concat([promptField(prompt), optionField('top_k', 'integer', count)]);
      expect(readRequest(message)).toEqual({ prompts: [prompt], options: { top_k: count } });
    }),
  );
});

test('bytes that are no message are an error, and never an endless loop', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        expect([...protobufFields(Buffer.from(bytes))].length).toBeLessThanOrEqual(bytes.length);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(RangeError);
      }
    }),
  );
});

test.each(['0a', '0a05', '0a0561', '80', '0b', '0d0000'])('%s is no whole message', (hex) => {
  expect(() => [...protobufFields(Buffer.from(hex, 'hex'))]).toThrow(RangeError);
});

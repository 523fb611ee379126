import { expect, test } from 'vitest';
import { grpcFailure } from '../../src/clients/grpcStatus.ts';

const details = (words: string) => `Exception calling application: ${words}`;
/** As the load balancer wraps what its replica said. */
const nested = (words: string) =>
  details(
    `<AioRpcError of RPC that terminated with:\n\tstatus = StatusCode.UNKNOWN\n\tdetails = "${details(words)}"\n\tdebug_error_string = "UNKNOWN:${details(words)}"\n>`,
  );
const unknownOption =
  '1 validation error for GenerateParamsConfig\nmax_tokens\n  Extra inputs are not permitted [type=extra_forbidden, input_value=5]\n  For further information visit';

const badOption = 'UNKNOWN: 1 validation error for GenerateParamsConfig max_tokens Extra inputs are not permitted';

test.each([
  ['1', 'gone', { kind: 'stream', reason: 'cancelled', message: 'CANCELLED: gone' }],
  ['2', details('boom'), { kind: 'httpStatus', reason: 'serverError', message: 'UNKNOWN: boom' }],
  ['2', 'Exception iterating responses: boom', { kind: 'httpStatus', message: 'UNKNOWN: boom' }], // of a stream
  ['2', nested('boom "quoted"'), { kind: 'httpStatus', reason: 'serverError', message: 'UNKNOWN: boom "quoted"' }],
  ['2', nested(unknownOption), { kind: 'httpStatus', reason: 'badOption', message: badOption }],
  ['2', nested('prompt_length must be less than max_length'), { kind: 'httpStatus', reason: 'promptTooLong' }],
  ['4', '', { kind: 'timeout', reason: 'deadlineExceeded', message: 'DEADLINE_EXCEEDED' }],
  ['8', 'full', { kind: 'httpStatus', reason: 'throttled', message: 'RESOURCE_EXHAUSTED: full' }],
  ['12', 'no such method', { kind: 'protocol', reason: 'unimplemented' }],
  ['14', 'no replica', { kind: 'connect', reason: 'unavailable', message: 'UNAVAILABLE: no replica' }],
  ['99', 'odd', { kind: 'httpStatus', reason: 'serverError', message: 'status 99: odd' }],
])('status %s with %j is a failure in the words of its first cause', (status, words, failure) => {
  expect(grpcFailure(status, encodeURIComponent(words))).toMatchObject(failure);
});

test('status 0 is no failure', () => {
  expect(grpcFailure('0')).toBeUndefined();
});

test('words that are not encoded as they should be are kept as they are', () => {
  expect(grpcFailure('2', '100% lost')?.message).toBe('UNKNOWN: 100% lost');
});

test('a replica that is gone within its answer broke the stream off', () => {
  expect(grpcFailure('14', 'gone', true)).toMatchObject({ kind: 'stream', reason: 'unavailable' });
});

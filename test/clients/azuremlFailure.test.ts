import { expect, test } from 'vitest';
import { azuremlFailure } from '../../src/clients/azuremlFailure.ts';

const status = 'ms-azureml-model-error-statuscode';
const words = 'ms-azureml-model-error-reason';

test.each([
  [424, [status, '429', words, 'too many'], 'throttled', 'm; model: 429 too many'],
  [424, [status, '504'], 'timeout', 'm; model: 504'],
  [424, [status, '503', words, 'model_not_ready'], 'throttled', 'm; model: 503 model_not_ready'],
  [424, [words, 'no healthy upstream'], 'notReady', 'm; model: no healthy upstream'],
  [424, [status, '500', words, 'CUDA out of memory'], 'modelError', 'm; model: 500 CUDA out of memory'],
  [429, ['retry-after', '3'], 'throttled', 'm; Retry-After: 3'],
  [408, [], 'timeout', 'm; request_timeout_ms of the deployment has passed: it can be raised to 180000'],
  [401, [], 'status', 'm'],
] as const)('%i with %j is a failure by %s', (httpStatus, headers, reason, message) => {
  expect(azuremlFailure({ kind: 'httpStatus', reason: 'status', message: 'm', httpStatus }, headers)).toEqual({
    kind: 'httpStatus',
    reason,
    message,
    httpStatus,
  });
});

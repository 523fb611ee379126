import type { Failure } from './client.ts';
import { headerOf } from './retryAfter.ts';

/** Reasons by the status of the front door or, where that is 424, of the container behind it. */
const reasons: Readonly<Record<string, string>> = {
  408: 'timeout',
  429: 'throttled',
  503: 'throttled',
  504: 'timeout',
};

/**
 * What the front door of AzureML says of a failure in its headers: the status and the words of the model's container
 * behind 424, and how long to wait.
 * @param headers name, value, name, value, ... in lower case
 */
export function azuremlFailure(failure: Failure, headers: readonly string[]): Failure {
  const status = headerOf(headers, 'ms-azureml-model-error-statuscode');
  const words = headerOf(headers, 'ms-azureml-model-error-reason');
  const retryAfter = headerOf(headers, 'retry-after');
  const { httpStatus = 0, message = '' } = failure;
  const modelReason =
    words !== undefined && /model_not_ready|no healthy upstream/.test(words) ? 'notReady' : 'modelError';
  const reason = httpStatus === 424 ? (reasons[status ?? ''] ?? modelReason) : (reasons[httpStatus] ?? failure.reason);
  const told = [
    message,
    ...(httpStatus === 424 ? [['model:', status, words].filter((part) => part !== undefined).join(' ')] : []),
    ...(httpStatus === 408 ? ['request_timeout_ms of the deployment has passed: it can be raised to 180000'] : []),
    ...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]),
  ];
  return { ...failure, reason, message: told.filter((part) => part !== '').join('; ') };
}

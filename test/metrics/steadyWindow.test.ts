import { expect, test } from 'vitest';
import { SteadyWindow } from '../../src/metrics/steadyWindow.ts';

function started(clients: number): SteadyWindow {
  const window = new SteadyWindow(clients);
  window.levelStarted(0);
  return window;
}

test('it begins with the last client to send its first request, and ends with the first to find no more work', () => {
  const window = started(2);
  window.clientSent(0, 1);
  expect(window.fromMs).toBeUndefined();
  window.clientSent(0, 9);
  window.clientSent(1, 5);
  expect([window.fromMs, window.toMs]).toEqual([5, Number.POSITIVE_INFINITY]);
  window.clientChanged(1, 'draining', 40);
  window.clientChanged(1, 'stopped', 45);
  window.clientChanged(0, 'draining', 30);
  expect([window.fromMs, window.toMs]).toEqual([5, 30]);
});

test('a client that failed without draining ends it', () => {
  const window = started(1);
  window.clientSent(0, 1);
  window.clientChanged(0, 'failed', 20);
  expect(window.toMs).toBe(20);
});

test('a client that failed before the level began is not waited for', () => {
  const window = new SteadyWindow(2);
  window.clientChanged(1, 'failed', 0);
  window.levelStarted(5);
  window.clientSent(0, 6);
  expect([window.fromMs, window.toMs]).toEqual([6, Number.POSITIVE_INFINITY]);
});

test('a client that ends without ever sending leaves none, and says so at once', () => {
  const window = started(2);
  window.clientSent(0, 1);
  window.clientChanged(1, 'draining', 2);
  expect(window.fromMs).toBe(Number.POSITIVE_INFINITY);
});

test('what is open when the level ends is closed there', () => {
  const window = started(2);
  window.clientSent(0, 1);
  window.close(50);
  expect([window.fromMs, window.toMs]).toEqual([Number.POSITIVE_INFINITY, 50]);
});

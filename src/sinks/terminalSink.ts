import type { Sink } from './sink.ts';
export function createTerminalSink(): Sink {
  return {
    name: 'terminal',
    write() {},
    figure(f) {
      if (f.type === 'level.summarized') {
        const s = f.summary;
        console.log(s.clients, s.status, s.reason, s.requests.completed, s.requests.failed, s.steady?.requestsPerSec, s.steady?.outputTokensPerSec, s.ttftMs.p50, s.tpotMs.p50, s.e2eMs.mean, s.littleRatio, JSON.stringify(s.generator));
      }
    },
    finish(summary) { console.log(JSON.stringify(summary.sweeps.map((s) => [s.saturation, s.stopReason])), summary.warnings); },
  };
}

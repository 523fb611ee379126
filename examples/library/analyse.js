// Throughput and latency for each second of a recorded run: node analyse.js [RUN]
import { meanOf, percentile, replay, requestFigures, throughput, windowByEventTime } from 'deepspeedometer';

const ttft = (request) => (request.type === 'request.completed' ? requestFigures(request).ttftMs : undefined);
const p90 = percentile(0.9, ttft);
const mean = meanOf(ttft);

const { requests$, report } = replay(process.argv[2] ?? 'latest');
requests$.pipe(windowByEventTime(1000)).subscribe((window) => {
  const [mid, high] = [mean(window), p90(window)].map((ms) => ms?.toFixed(1) ?? '-');
  console.log(`${window.fromMs / 1000} s: ${throughput(window)} requests/s, TTFT mean ${mid} ms, p90 ${high} ms`);
});

const { summary } = await report;
for (const { clients, e2eMs } of summary.levels) console.log(`${clients} clients: e2e p50 ${e2eMs.p50?.toFixed(1)} ms`);

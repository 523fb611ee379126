import { writeFileSync } from 'node:fs';

// Loaded before a command with `--import`: leaves what it took in the file that USAGE_FILE names.
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMb: maxRSS / 1024 };
  writeFileSync(process.env['USAGE_FILE'] ?? '', JSON.stringify(usage));
});

// A stop criterion in a file of its own: run with --stop ./slowing.js
//
// Ends the sweep once answers take three times as long as with the first load, or once a level brings nothing more.
import { anyOf, named, own } from 'deepspeedometer/criteria';

const slowing = own('slowing', () => {
  let firstE2eMs;
  return (item) => {
    if (item.type !== 'level.summarized') return undefined; // nothing new: what was said before still holds
    const { meanE2eMs } = item.summary;
    if (meanE2eMs === undefined) return { truth: 'unknown' };
    firstE2eMs ??= meanE2eMs;
    const value = meanE2eMs / firstE2eMs;
    return { truth: value >= 3, value, limit: 3, words: `${value.toFixed(1)} times the first load's latency` };
  };
});

export const criterion = anyOf(slowing, named('plateau'));

import { type OpenaiTarget, openaiTarget } from './openaiTarget.ts';

/**
 * Where a server is asked that has a route of its own: `http://host`, `http://host/v1` and `http://host/route` all work.
 * @param routes the one that is asked, and others that an address may end with
 * @throws SpeedometerError `usage` where the URL is none
 */
export function postTarget(url: string, ...routes: readonly [string, ...string[]]): OpenaiTarget {
  const target = openaiTarget(url);
  const path = new URL(url).pathname.replace(/\/+$/, '');
  const ending = routes.find((route) => path.endsWith(route));
  const base = ending === undefined ? target.base : path.slice(0, -ending.length);
  return { ...target, base, root: `${base}/v1`, path: `${base}${routes[0]}${new URL(url).search}` };
}

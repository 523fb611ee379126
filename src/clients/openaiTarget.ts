import { SpeedometerError } from '../core/errors.ts';
import { maskUserInfo } from '../core/maskUserInfo.ts';
import { userInfoOf } from './userInfo.ts';

/** The routes that are spoken, by the names that `--endpoint` takes. */
export const openaiRoutes = {
  completions: 'completions',
  chat: 'chat/completions',
  responses: 'responses',
  embeddings: 'embeddings',
} as const;

export type OpenaiEndpoint = keyof typeof openaiRoutes;

/** A URL taken apart. */
export interface OpenaiTarget {
  readonly origin: string;
  /** What stands before a server's own paths, such as `/health`: empty but behind a proxy. */
  readonly base: string;
  /** What stands before the API's paths: `/v1`. */
  readonly root: string;
  readonly path: string;
  readonly endpoint: OpenaiEndpoint;
  /** `user:password` of the URL, as it goes into a Basic header. */
  readonly userInfo?: string;
}

const endpoints = Object.keys(openaiRoutes) as readonly OpenaiEndpoint[];
/** `/v1`, `/v1/...`, and what others call theirs: `/v4`, `/v1beta/openai`. */
const versioned = /\/v\d+[a-z]*(\/|$)/;

/**
 * Where requests go: `http://host`, `http://host/v1` and `http://host/v1/chat/completions` all work.
 * @throws SpeedometerError `usage` where the URL is none, or its path and `endpoint` contradict each other
 */
export function openaiTarget(url: string, endpoint?: OpenaiEndpoint): OpenaiTarget {
  const parsed = parseHttpUrl(url);
  const path = parsed.pathname.replace(/\/+$/, '');
  const named = endpointOf(path);
  if (named !== undefined && endpoint !== undefined && named !== endpoint) {
    throw new SpeedometerError('usage', `--endpoint ${endpoint}: the path of --url asks for ${named}`, {
      hint: 'Leave one of the two out.',
    });
  }
  const chosen = named ?? endpoint ?? 'completions';
  const root =
    named !== undefined ? path.slice(0, -openaiRoutes[named].length - 1) : versioned.test(path) ? path : `${path}/v1`;
  const userInfo = userInfoOf(parsed, '--url');
  return {
    origin: parsed.origin,
    base: root.replace(/\/v\d+[a-z]*$/, ''),
    root,
    path: `${root}/${openaiRoutes[chosen]}${parsed.search}`,
    endpoint: chosen,
    ...(userInfo === undefined ? {} : { userInfo }),
  };
}

/** The longest route that a path, without a slash at its end, names: `chat/completions` is no `completions`. */
export function endpointOf(path: string): OpenaiEndpoint | undefined {
  const fitting = endpoints.filter((endpoint) => path.endsWith(`/${openaiRoutes[endpoint]}`));
  return fitting.toSorted((one, other) => openaiRoutes[other].length - openaiRoutes[one].length)[0];
}

/** Why an endpoint takes no conversation, and the way out; nothing where it does. */
export function conversationObstacle(endpoint: OpenaiEndpoint): string | undefined {
  if (endpoint === 'chat' || endpoint === 'responses') return undefined;
  return `holds none at the endpoint ${endpoint}, expected --endpoint chat`;
}

function parseHttpUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw new SpeedometerError(
      'usage',
      `--url: expected an address such as http://127.0.0.1:8000, got "${maskUserInfo(url)}"`,
    );
  }
  return parsed;
}

import type { OpenaiOptions } from './openaiOptions.ts';

/** How connections that are made for these options treat certificates: as node does, unless `--insecure` says otherwise. */
export function tlsOptions({ insecure }: Partial<Pick<OpenaiOptions, 'insecure'>>): { rejectUnauthorized?: false } {
  return insecure === true ? { rejectUnauthorized: false } : {};
}

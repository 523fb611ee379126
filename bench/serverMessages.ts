/** How a stream is paced: its first chunk `firstMs` after the request, then one every `gapMs`. */
export interface Pace {
  readonly firstMs: number;
  readonly gapMs: number;
  readonly chunks: number;
}

/** What the server says when it listens. */
export interface ServerReady {
  readonly port: number;
}

/** What it answers to any message: the requests that have come until now, and its own CPU time. */
export interface CountReport {
  readonly requests: number;
  readonly cpuMicros: number;
}

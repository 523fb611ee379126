/** A request that is refused before it reaches the engine. */
export class HttpProblem extends Error {
  readonly status: number;
  /** The member of the body that is to blame. */
  readonly param: string | null;

  constructor(status: 400 | 404 | 413, message: string, param: string | null = null) {
    super(message);
    this.name = 'HttpProblem';
    this.status = status;
    this.param = param;
  }
}

/** The body that vLLM answers with in such a case. */
export function problemBody({ status, message, param }: HttpProblem): string {
  const type = status === 404 ? 'NotFoundError' : 'BadRequestError';
  return JSON.stringify({ error: { message, type, param, code: status } });
}

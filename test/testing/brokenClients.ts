import { adapter as ollama } from '../../examples/clients/ollama.js';
import type { Adapter } from '../../src/clients/adapter.ts';
import type { AnswerRecord, Client, Wire } from '../../src/clients/client.ts';

/** A client that keeps the contract, but for what `spoil` does to it. */
export function spoiled(
  spoil: (client: Client) => Partial<Client>,
  abilities: Partial<Adapter['abilities']> = {},
): Adapter {
  return {
    abilities: { ...ollama.abilities, ...abilities },
    createClient(settings, clock) {
      const client = ollama.createClient(settings, clock);
      return { ...client, ...spoil(client) };
    },
  };
}

/** Sends through a wire that is changed. */
export function through(change: (wire: Wire<unknown>) => Partial<Wire<unknown>>) {
  return (client: Client): Partial<Client> => ({
    sendRequest: (request, wire) => client.sendRequest(request, { ...forwarded(wire), ...change(wire) }),
  });
}

/** Reads into a record that is changed. */
export function reading(wrap: (answer: AnswerRecord) => Partial<AnswerRecord>) {
  return (client: Client): Partial<Client> => ({
    processResponse(prepared, answer) {
      const calls: Record<string, unknown> = {};
      for (const name of ['event', 'output', 'wholeText', 'counted', 'finished'] as const) {
        calls[name] = (...said: never[]) => (answer[name] as (...said: never[]) => void)(...said);
      }
      return client.processResponse(prepared, { ...calls, ...wrap(answer) } as unknown as AnswerRecord);
    },
  });
}

/** Hands pieces on when all of them are there. */
export function hoarding(): (client: Client) => Partial<Client> {
  return through((wire) => {
    const pieces: unknown[] = [];
    return {
      received: (piece) => void pieces.push(piece),
      ended: () => {
        for (const piece of pieces) wire.received(piece);
        wire.ended();
      },
    };
  });
}

/** Gives each output the stamp of the first one. */
export function firstStamp(): (client: Client) => Partial<Client> {
  return reading((answer) => {
    let firstAtMs: number | undefined;
    return {
      output: (atMs, text) => {
        firstAtMs ??= atMs;
        answer.output(firstAtMs, text);
      },
    };
  });
}

/** Is of no use for a second request once one was cancelled. */
export function onceCancelled(): (client: Client) => Partial<Client> {
  return (client) => {
    let isCancelled = false;
    return {
      sendRequest(request, wire) {
        if (isCancelled) return () => {};
        const cancel = client.sendRequest(request, wire);
        return () => {
          isCancelled = true;
          cancel();
        };
      },
    };
  };
}

/** Keeps state between users: what one has not read yet another one reads. */
export function sharedReader(): (client: Client) => Partial<Client> {
  let last: ReturnType<Client['processResponse']> | undefined;
  return (client) => ({
    processResponse(request, answer) {
      last = client.processResponse(request, answer);
      return { read: (piece, atMs) => last?.read(piece, atMs), end: () => last?.end() };
    },
  });
}

export function forwarded(wire: Wire<unknown>): Wire<unknown> {
  return {
    sent: () => wire.sent(),
    headers: () => wire.headers(),
    received: (piece) => wire.received(piece),
    ended: () => wire.ended(),
    failed: (failure) => wire.failed(failure),
  };
}

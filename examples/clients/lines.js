// @ts-check
// A client that is not HTTP: JSON lines over TCP, a blank line after each answer.
//   deepspeedometer --api ./lines.js --url tcp://127.0.0.1:7000 --model any --tokenizer o200k_base --streaming
import { connect } from 'node:net';
import { LineReader, SpeedometerError } from 'deepspeedometer/client';

/** @import { Adapter, AnswerRecord, Cancel, ResponseReader, Wire } from 'deepspeedometer/client' */

/** @type {Adapter} */
export const adapter = {
  abilities: {
    protocol: 'JSON lines over TCP',
    streams: true,
    managesServer: false,
    outputLength: 'forced',
    tokenSource: 'usage',
    flushesPrefixCache: false,
    testedAgainst: 'an imitation',
  },
  checkSettings({ url }) {
    if (url?.startsWith('tcp://')) return;
    throw new SpeedometerError('usage', '--url: expected an address such as tcp://127.0.0.1:7000');
  },
  createClient({ url, streaming }) {
    /** @type {ReturnType<typeof openLine> | undefined} */
    let line;
    return {
      startService: async () => (url === undefined ? {} : { url }),
      stopService: async () => {},
      prepareRequest: ({ prompt, maxNewTokens }) =>
        Buffer.from(`${JSON.stringify({ prompt, max_tokens: maxNewTokens, stream: streaming })}\n`),
      sendRequest(/** @type {Buffer} */ request, /** @type {Wire<Buffer>} */ wire) {
        if (!line?.socket.writable) line = openLine(new URL(url ?? ''));
        return line.send(request, wire);
      },
      processResponse: (_request, answer) => readAnswer(answer, streaming),
      close: () => void line?.socket.destroy(),
    };
  },
};

const blankLine = '\n\n';

/** One connection, with one exchange at a time. @param {URL} address */
function openLine({ hostname, port }) {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let isConnected = false;
  let ending = '';
  /** @type {Wire<Buffer> | undefined} */
  let open;

  /** Exactly one report closes an exchange. @param {(wire: Wire<Buffer>) => void} report */
  function close(report) {
    const wire = open;
    open = undefined;
    if (wire !== undefined) report(wire);
  }

  socket.on('connect', () => {
    isConnected = true;
  });
  socket.on('data', (piece) => {
    if (ending === '') open?.headers();
    open?.received(piece); // stamped first; what it says is read later
    ending = (ending + piece.toString('latin1')).slice(-blankLine.length);
    if (ending !== blankLine) return;
    ending = '';
    close((wire) => wire.ended());
  });
  socket.on('error', ({ message }) =>
    close((wire) => wire.failed({ kind: isConnected ? 'stream' : 'connect', reason: 'socket', message })),
  );
  socket.on('close', () => close((wire) => wire.failed({ kind: 'stream', reason: 'truncated' })));

  return {
    socket,
    /** @param {Buffer} request @param {Wire<Buffer>} wire @returns {Cancel} */
    send(request, wire) {
      open = wire;
      const write = () => socket.write(request) && wire.sent();
      if (isConnected) write();
      else socket.once('connect', write);
      return () => {
        if (open !== wire) return; // it is over: the socket may serve the next one
        socket.destroy();
        close(() => wire.failed({ kind: 'aborted', reason: 'cancelled' }));
      };
    },
  };
}

/** @param {AnswerRecord} answer @param {boolean} streaming @returns {ResponseReader<Buffer>} */
function readAnswer(answer, streaming) {
  let atMs = 0;
  const lines = new LineReader((line) => {
    if (line === '') return;
    const { token, tokens } = JSON.parse(line);
    answer.event(atMs);
    if (!streaming) answer.wholeText(token, line);
    else if (token !== undefined) answer.output(atMs, token, 1);
    if (tokens === undefined) return;
    answer.counted(tokens, 'usage');
    answer.finished('length');
  });
  return {
    read(piece, pieceAtMs) {
      atMs = pieceAtMs;
      lines.push(piece);
      return undefined;
    },
    end: () => undefined,
  };
}

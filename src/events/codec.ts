import { Packr } from 'msgpackr';
import type { Batch } from './eventLog.ts';
import type { Recorded, RequestCompleted, RequestProgressed, RequestSent, RunEvent } from './events.ts';
import { type ProgressBlock, ProgressReader, toProgressBlock } from './progressRows.ts';
import {
  completedColumns,
  conversationColumns,
  readCompleted,
  readSent,
  readSentInConversation,
  sentColumns,
  Words,
  writeCompleted,
  writeSent,
  writeSentInConversation,
} from './requestRows.ts';
import { fromTextBlock, type TextBlock, toTextBlock } from './textRows.ts';
import type { ExchangeText } from './texts.ts';

// Record structures are written into each block, so that every block can be read alone; structures shared over the
// whole log would halve the size but triple the time of reading.
const packr = new Packr({ useRecords: true, moreTypes: true });

/**
 * A block of events as it is packed. Each request makes a `sent`, mostly a `completed`, and streamed some `progressed`:
 * these stand as rows of numbers, which cost a sixth of packing them as records. All others are records. `order` says
 * whose turn it is.
 */
interface Block {
  readonly order: Uint8Array;
  readonly sent: Float64Array;
  readonly completed: Float64Array;
  readonly progressed: ProgressBlock;
  readonly words: readonly string[];
  readonly others: readonly RunEvent[];
}

/** As much as msgpackr begins with. */
const spareBytes = 8192;

const otherTurn = 0;
const sentTurn = 1;
const completedTurn = 2;
const progressedTurn = 3;

/**
 * A batch as it travels and is stored: packed once, by whoever saw the events.
 *
 * @param into where it is packed, if it fits: for who sends each batch off before packing the next. Buffers that are left
 * behind one by one make V8 collect the whole heap, again and again.
 */
export function packBatch(events: readonly RunEvent[], texts: readonly ExchangeText[] = [], into?: Buffer): Batch {
  if (into !== undefined) packr.useBuffer(into);
  const packed = packr.pack(toBlock(events));
  const packedTexts = texts.length === 0 ? undefined : packr.pack(toTextBlock(texts));
  if (into !== undefined) packr.useBuffer(Buffer.allocUnsafeSlow(spareBytes)); // no other batch may land in it
  const count = events.length;
  return packedTexts === undefined ? { packed, count } : { packed, count, packedTexts };
}

/** The events of a packed batch, numbered from `firstSeq`. */
export function unpackEvents(packed: Uint8Array, firstSeq: number): readonly Recorded[] {
  const { order, sent, completed, progressed, words: list, others } = packr.unpack(packed) as Block;
  const words = new Words(list);
  const counts = countTurns(order);
  const sentWidth = rowWidth(sent, counts[sentTurn]);
  const readRow = sentWidth > sentColumns ? readSentInConversation : readSent;
  const completedWidth = rowWidth(completed, counts[completedTurn]);
  const progress = new ProgressReader(progressed, counts[progressedTurn]);
  let sentRow = 0;
  let completedRow = 0;
  let other = 0;
  const events: Recorded[] = new Array(order.length);
  for (let index = 0; index < order.length; index++) {
    const seq = firstSeq + index;
    if (order[index] === sentTurn) events[index] = readRow(sent, sentWidth * sentRow++, seq);
    else if (order[index] === completedTurn) {
      events[index] = readCompleted(completed, completedWidth * completedRow++, seq, words);
    } else if (order[index] === progressedTurn) events[index] = progress.next(seq);
    else events[index] = Object.assign(others[other++] as RunEvent, { seq });
  }
  return events;
}

export function unpackTexts(packed: Uint8Array | undefined): readonly ExchangeText[] {
  return packed === undefined ? [] : fromTextBlock(packr.unpack(packed) as TextBlock);
}

function toBlock(events: readonly RunEvent[]): Block {
  const order = Uint8Array.from(events, turnOf);
  const counts = countTurns(order);
  // Requests of a sweep are all in conversations, or none of them is.
  const isInConversation = events.some((event) => event.type === 'request.sent' && event.turn !== undefined);
  const sentWidth = isInConversation ? conversationColumns : sentColumns;
  const writeRow = isInConversation ? writeSentInConversation : writeSent;
  const sent = new Float64Array(sentWidth * counts[sentTurn]);
  const completed = new Float64Array(completedColumns * counts[completedTurn]);
  const words = new Words();
  const progressed: RequestProgressed[] = [];
  const others: RunEvent[] = [];
  let sentRow = 0;
  let completedRow = 0;
  events.forEach((event, index) => {
    if (order[index] === sentTurn) writeRow(sent, sentWidth * sentRow++, event as RequestSent);
    else if (order[index] === completedTurn) {
      writeCompleted(completed, completedColumns * completedRow++, event as RequestCompleted, words);
    } else if (event.type === 'request.progressed') progressed.push(event);
    else others.push(event);
  });
  return { order, sent, completed, progressed: toProgressBlock(progressed), words: words.list, others };
}

function turnOf({ type }: RunEvent): number {
  switch (type) {
    case 'request.sent':
      return sentTurn;
    case 'request.completed':
      return completedTurn;
    case 'request.progressed':
      return progressedTurn;
    default:
      return otherTurn;
  }
}

/** Columns of a row as the block was written: another version may have had more of them, or fewer. */
function rowWidth(rows: Float64Array, count: number): number {
  return rows.length === 0 ? 0 : rows.length / count;
}

/** How many events there are of each turn, in one pass. */
function countTurns(order: Uint8Array): readonly [number, number, number, number] {
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  for (let index = 0; index < order.length; index++) counts[order[index] as 0 | 1 | 2 | 3]++;
  return counts;
}

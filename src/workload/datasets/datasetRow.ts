import type { SpeedometerError } from '../../core/errors.ts';
import { numberIn } from '../lengthTable.ts';
import { shortened, type TableRow, wrongLine } from '../tableRows.ts';

/** What a user says, and what was once answered. */
export interface DatasetTurn {
  readonly prompt: string;
  readonly answer?: string;
}

/** What a row asks for: a prompt, or the turns of a conversation. */
export interface DatasetRow {
  readonly turns: readonly DatasetTurn[];
  /** Length of each answer, where the row tells one; else it is as long as the answer that was once given. Tokens. */
  readonly maxTokens?: number;
  /** Something of it is no text that could be sent: calls of tools, images, words of an unknown role. */
  readonly isPartial: boolean;
}

interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
  readonly isPartial: boolean;
}

const promptNames = ['prompt', 'question', 'instruction', 'text', 'input'];
const messagesNames = ['messages', 'conversations', 'conversation', 'turns'];
const lengthNames = ['max_tokens', 'max_completion_tokens', 'max_new_tokens', 'output_tokens', 'output_length'];
const answerNames = ['completion', 'response', 'answer', 'output'];
const roles: Readonly<Record<string, Message['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  gpt: 'assistant',
  model: 'assistant',
};

/** Reads rows of one file. @param option the option that named it, for messages */
export function createRowReader(path: string, option: string): (row: TableRow) => DatasetRow | undefined {
  /**
   * @returns nothing where the row has no words of a user
   * @throws SpeedometerError `usage` with the line of what is wrong
   */
  return ({ line, values }) => {
    const wrong = (what: string) => wrongLine(option, path, line, what);
    const named = (names: readonly string[]) =>
      names.find((name) => values[name] !== undefined && values[name] !== null);
    const lengthName = named(lengthNames);
    const maxTokens = lengthName === undefined ? undefined : lengthIn(values[lengthName], lengthName);
    const told = maxTokens === undefined ? {} : { maxTokens };
    const messagesName = named(messagesNames);
    if (messagesName !== undefined) {
      const read = messagesIn(values[messagesName], messagesName);
      const messages = read.filter((message) => message !== undefined);
      const isPartial = messages.length < read.length || messages.some((message) => message.isPartial);
      const turns = turnsOf(messages);
      return turns.length === 0 ? undefined : { turns, ...told, isPartial };
    }
    const promptName = named(promptNames);
    if (promptName === undefined) {
      throw wrong(`expected prompt or messages; it has ${Object.keys(values).join(', ') || 'nothing'}`);
    }
    const prompt = values[promptName];
    if (typeof prompt !== 'string') throw wrong(`expected text in ${promptName}, got ${shortened(prompt)}`);
    if (prompt.trim() === '') return undefined;
    const answerName = named(answerNames);
    const answer = answerName === undefined ? undefined : values[answerName];
    return { turns: [{ prompt, ...answerIn(answer) }], ...told, isPartial: false };

    function lengthIn(cell: unknown, name: string): number | undefined {
      if (cell === '') return undefined;
      const length = numberIn(typeof cell === 'bigint' ? Number(cell) : cell);
      if (length !== undefined && Number.isInteger(length) && length >= 1 && length <= 2_000_000) return length;
      throw wrong(`expected a number of tokens from 1 to 2000000 in ${name}, got ${shortened(String(cell))}`);
    }

    function messagesIn(cell: unknown, name: string): readonly (Message | undefined)[] {
      const list = typeof cell === 'string' ? parsed(cell) : cell;
      if (!Array.isArray(list)) throw wrong(`expected a list of messages in ${name}, got ${shortened(cell)}`);
      return list.map((message: unknown) =>
        messageIn(message, () =>
          wrong(`expected messages with role and content in ${name}, got ${shortened(message)}`),
        ),
      );
    }
  };
}

/** @returns nothing where no word of it can be sent: of a tool or an unknown role, or without content */
function messageIn(message: unknown, refusal: () => SpeedometerError): Message | undefined {
  if (typeof message === 'string') return { role: 'user', text: message, isPartial: false };
  const { role, from, content, value, tool_calls } = Object(message) as Readonly<Record<string, unknown>>;
  const speaker = role ?? from;
  if (typeof speaker !== 'string') throw refusal();
  const name = speaker.toLowerCase();
  const known = Object.hasOwn(roles, name) ? roles[name] : undefined;
  if (known === undefined) return undefined;
  const hasCalls = Array.isArray(tool_calls) && tool_calls.length > 0;
  const said = content ?? value;
  if (hasCalls && (said ?? '') === '') return undefined;
  if (typeof said === 'string') return { role: known, text: said, isPartial: hasCalls };
  if (Array.isArray(said)) {
    const texts = said.map(textOf).filter((text) => text !== undefined);
    return { role: known, text: texts.join('\n'), isPartial: hasCalls || texts.length < said.length };
  }
  if (said === null || content === null) return undefined;
  throw refusal();
}

/** The text of one part of a content. */
function textOf(part: unknown): string | undefined {
  const { text } = Object(part) as { text?: unknown };
  return typeof text === 'string' ? text : undefined;
}

function parsed(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return undefined;
  }
}

/** What the user said, the first time behind the words of the system, and what was answered at once. */
function turnsOf(messages: readonly Message[]): readonly DatasetTurn[] {
  const first = messages.findIndex(isSaidByUser);
  const system = messages.slice(0, Math.max(0, first)).filter(({ role }) => role === 'system');
  return messages.flatMap((message, at) => {
    if (!isSaidByUser(message)) return [];
    const prompt = at === first ? [...system, message].map(({ text }) => text).join('\n\n') : message.text;
    const next = messages[at + 1];
    return [{ prompt, ...(next?.role === 'assistant' ? answerIn(next.text) : {}) }];
  });
}

function isSaidByUser({ role, text }: Message): boolean {
  return role === 'user' && text.trim() !== '';
}

function answerIn(cell: unknown): Pick<DatasetTurn, 'answer'> {
  return typeof cell === 'string' && cell !== '' ? { answer: cell } : {};
}

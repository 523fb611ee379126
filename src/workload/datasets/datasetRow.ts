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
}

interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly text: string;
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
      const turns = turnsOf(messagesIn(values[messagesName], messagesName));
      return turns.length === 0 ? undefined : { turns, ...told };
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
    return { turns: [{ prompt, ...answerIn(answer) }], ...told };

    function lengthIn(cell: unknown, name: string): number | undefined {
      if (cell === '') return undefined;
      const length = numberIn(typeof cell === 'bigint' ? Number(cell) : cell);
      if (length !== undefined && Number.isInteger(length) && length >= 1 && length <= 2_000_000) return length;
      throw wrong(`expected a number of tokens from 1 to 2000000 in ${name}, got ${shortened(String(cell))}`);
    }

    function messagesIn(cell: unknown, name: string): readonly Message[] {
      const list = typeof cell === 'string' ? parsed(cell) : cell;
      if (!Array.isArray(list)) throw wrong(`expected a list of messages in ${name}, got ${shortened(cell)}`);
      return list.flatMap((message: unknown): readonly Message[] => {
        if (typeof message === 'string') return [{ role: 'user', text: message }];
        const { role, from, content, value } = Object(message) as Readonly<Record<string, unknown>>;
        const text = textIn(content ?? value);
        const speaker = role ?? from;
        if (typeof speaker !== 'string' || text === undefined) {
          throw wrong(`expected messages with role and content in ${name}, got ${shortened(message)}`);
        }
        const known = roles[speaker.toLowerCase()];
        return known === undefined ? [] : [{ role: known, text }]; // tools are not ours to ask
      });
    }
  };
}

function parsed(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return undefined;
  }
}

/** Text, or the texts of parts. */
function textIn(content: unknown): string | undefined {
  if (content === null) return '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  const texts = content.map((part: unknown) => (Object(part) as { text?: unknown }).text);
  return texts.filter((text) => typeof text === 'string').join('\n');
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

import { bytesField, floatField, protobufFields, varintField } from './protobufFields.ts';

/** The paths of MII's service; names and numbers are those of its `modelresponse.proto`. */
export const fastgenPaths = {
  unary: '/modelresponse.ModelResponse/GeneratorReply',
  stream: '/modelresponse.ModelResponse/GeneratorReplyStream',
  terminate: '/modelresponse.ModelResponse/Terminate',
} as const;

/** How an option of a generation travels: its field in `Value`. The name decides, since a 1 may be either number. */
export type FastgenValueKind = 'text' | 'integer' | 'float' | 'flag';

const valueFields: Readonly<Record<FastgenValueKind, (value: string | number | boolean) => Buffer>> = {
  text: (value) => bytesField(1, String(value)),
  integer: (value) => varintField(2, Number(value)),
  float: (value) => floatField(3, Number(value)),
  flag: (value) => varintField(4, Number(value)),
};

/** The field of a `MultiStringRequest` that holds a prompt. */
export function promptField(prompt: string): Buffer {
  return bytesField(1, prompt);
}

/** The field of a `MultiStringRequest` that holds an option: an entry of the map `query_kwargs`. */
export function optionField(name: string, kind: FastgenValueKind, value: string | number | boolean): Buffer {
  return bytesField(2, Buffer.concat([bytesField(1, name), bytesField(2, valueFields[kind](value))]));
}

/** One answer, or one step of it: a `SingleGenerationReply`. Its two times are left out: MII always says -1. */
export interface FastgenReply {
  readonly response: string;
  /** `none` until the last one of a stream; then `length`, or `stop`. */
  readonly finish_reason: string;
  readonly prompt_tokens: number;
  readonly generated_tokens: number;
}

/**
 * Reads the first answer of a `MultiGenerationReply`: we send one prompt a request.
 * @returns undefined where it holds none
 * @throws RangeError where it is no protobuf message
 */
export function decodeReply(message: Buffer): FastgenReply | undefined {
  for (const { number, value } of protobufFields(message)) {
    if (number === 1 && typeof value !== 'number') return decodeSingleReply(value);
  }
  return undefined;
}

function decodeSingleReply(message: Buffer): FastgenReply {
  // What is absent has the default of its type: so does protobuf save bytes.
  const reply = { response: '', finish_reason: '', prompt_tokens: 0, generated_tokens: 0 };
  for (const { number, value } of protobufFields(message)) {
    if (number === 1) reply.response = value.toString();
    else if (number === 2) reply.finish_reason = value.toString();
    else if (number === 3) reply.prompt_tokens = Number(value);
    else if (number === 4) reply.generated_tokens = Number(value);
  }
  return reply;
}

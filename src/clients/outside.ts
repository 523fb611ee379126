/**
 * `deepspeedometer/client`: what the author of a client from outside needs. See docs/adding-a-client.md.
 *
 * Everything below `1.0` may still change with a minor version; the contract says so in the changelog.
 *
 * @module
 */
export { z } from 'zod';
export type { Clock } from '../core/clock.ts';
export { SpeedometerError } from '../core/errors.ts';
export { type OptionMeta, type OptionSlice, type OptionsOf, option } from '../core/optionSlice.ts';
export type { FailureKind, TokenSource } from '../events/events.ts';
export type { Abilities, Adapter } from './adapter.ts';
export type {
  AnswerRecord,
  Cancel,
  ChatMessage,
  Client,
  Failure,
  RequestSpec,
  ResponseReader,
  Service,
  ServiceStart,
  Wire,
} from './client.ts';
export type { ClientModule } from './clientModule.ts';
export type { ClientSettings } from './clientSettings.ts';
export { HttpConnection, type HttpRequest } from './httpConnection.ts';
export { LineReader } from './lineReader.ts';
export { SseReader } from './sseReader.ts';

import type { AzuremlOptions } from './azuremlOptions.ts';
import type { Service } from './client.ts';
import type { DeploymentOptions } from './deploymentOptions.ts';
import type { DummyOptions } from './dummyOptions.ts';
import type { FastgenOptions } from './fastgenOptions.ts';
import type { ManagedServerOptions } from './managedServerOptions.ts';
import type { OpenaiOptions } from './openaiOptions.ts';
import type { ServerFacts } from './serverFacts.ts';
import type { VllmOptions } from './vllmOptions.ts';

/** The parameters of the embedded server; this room knows nothing of their meaning. */
export type ServerParameters = Readonly<Record<string, unknown>>;

/** All that a client may need to know. Plain JSON: it travels to the workers. */
export interface ClientSettings
  extends OpenaiOptions,
    DummyOptions,
    ManagedServerOptions,
    VllmOptions,
    DeploymentOptions,
    FastgenOptions,
    AzuremlOptions {
  /** A name of the registry, or the address of a module. */
  readonly api: string;
  readonly url?: string;
  readonly model: string;
  readonly streaming: boolean;
  readonly seed: number;
  /** The longest that a request may take, in s: told to servers that take a deadline. The run keeps it itself. */
  readonly request_timeout?: number;
  /** The parameters of the embedded server. */
  readonly server: ServerParameters;
  /** The module that the embedded server's process runs. */
  readonly simulatorEntry: string;
  /** What was found out about the server when the service was started. */
  readonly facts?: ServerFacts;
  /** The values of a slice of options that came with a client from outside, by name. */
  readonly own?: Readonly<Record<string, unknown>>;
}

/** The settings once the service is known: where it was found or started outranks `--url`, and what it is counts. */
export function settingsAt(settings: ClientSettings, { url, facts }: Service): ClientSettings {
  return {
    ...settings,
    ...(url === undefined ? {} : { url }),
    ...(facts === undefined ? {} : { facts }),
  };
}

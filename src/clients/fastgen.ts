import { SpeedometerError } from '../core/errors.ts';
import type { Adapter } from './adapter.ts';
import type { ClientSettings } from './clientSettings.ts';
import { FastgenClient } from './fastgenClient.ts';
import { fastgenCommand } from './fastgenCommand.ts';
import { fastgenObstacle } from './fastgenObstacle.ts';
import { fastgenRequests } from './fastgenRequest.ts';
import { grpcTarget } from './grpcTarget.ts';

/** DeepSpeed-FastGen by the gRPC of MII: started for the run, or at an address. */
export const fastgenAdapter: Adapter = {
  abilities: {
    protocol: "DeepSpeed-MII's gRPC",
    streams: true,
    managesServer: true,
    outputLength: 'forced',
    tokenSource: 'usage',
    flushesPrefixCache: false,
    testedAgainst:
      "MII 0.3.3's own load balancer and replica server, with an imitated engine: no GPU; its recordings; an imitation",
  },
  checkSettings(settings) {
    refuseHttpOptions(settings);
    if (settings.url !== undefined) grpcTarget(settings.url);
    fastgenCommand(settings);
    fastgenRequests(settings);
  },
  serverObstacle: fastgenObstacle,
  createClient: (settings, clock) => new FastgenClient(settings, clock),
  serverKey: (settings) => fastgenCommand(settings),
};

/** They stand in the same slice as those that mean something here. */
function refuseHttpOptions({ endpoint, header, max_tokens_field }: ClientSettings): void {
  const given = { endpoint, header: header.length > 0 || undefined, max_tokens_field };
  const [name] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (name === undefined) return;
  throw new SpeedometerError('usage', `--${name}: --api fastgen speaks gRPC, not HTTP`, { hint: 'Leave it out.' });
}

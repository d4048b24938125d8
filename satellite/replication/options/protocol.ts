/**
 * Which protocol a connection uses: the weaker of what its two ends want (A < B < C). What an end wants is the option `protocol`, or
 * what the connection was made with. Another wish makes the link anew: the two ends agree in a handshake, and what is under way
 * on the old link is settled by the rules of the protocol that it was sent with.
 */
import type { PeerConfig } from '../config.ts';
import type { Connection, Resource } from '../state.ts';
import type { ReplicationProtocol } from '../wire/frames.ts';
import { optionConflict } from '../../../common/options/option-table.ts';
import type { NetOptions } from '../../../common/options/options.ts';

export const protocolOf = (config: PeerConfig, { protocol }: Pick<NetOptions, 'protocol'>): ReplicationProtocol =>
  protocol === 'configured' ? config.protocol : protocol;

export const wantedProtocol = ({ config, options }: Connection): ReplicationProtocol => protocolOf(config, options);

/**
 * What goes with this end's own wish was judged when it was set, or is without effect (on-congestion where one link of several is
 * not asynchronous).
 * @returns why this end cannot go along with the weaker wish of the peer
 */
export function agreeOnProtocol(r: Resource, connection: Connection, theirs: ReplicationProtocol): string | undefined {
  const own = wantedProtocol(connection);
  const agreed = own < theirs ? own : theirs;
  const conflict = agreed === own ? undefined : optionConflict({ ...r.options, ...connection.options }, [agreed]);
  if (conflict !== undefined) return `the peer wants protocol ${theirs}: ${conflict}`;
  connection.protocol = agreed;
  return undefined;
}

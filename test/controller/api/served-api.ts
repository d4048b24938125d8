/** The API of a leading controller on a free port of loopback. */
import { GrpcEndpoint } from '../../../controller/api/grpc-endpoint.ts';
import { GrpcServer } from '../../../controller/api/grpc-server.ts';
import { standbyServices } from '../../../controller/api/standby-api.ts';
import type { Controller } from '../../../controller/controller.ts';

export interface ServedApi {
  /** HOST:PORT. */
  readonly address: string;
  /** From now on it answers as a standby does that knows this leader. */
  standBy(leader?: string): void;
  lead(): void;
  close(): Promise<void>;
}

export async function serveApi({ context, controllerId, epoch }: Controller, version = 'test'): Promise<ServedApi> {
  let leader: string | undefined;
  const endpoint = new GrpcEndpoint(() => leader);
  const address = `127.0.0.1:${await endpoint.listen('127.0.0.1', 0)}`;
  let api: GrpcServer;
  const lead = (): void => {
    api = new GrpcServer(context, { version, controllerId, epoch, address });
    endpoint.serve(api.services, 'leader');
  };
  lead();
  return {
    address,
    lead,
    standBy: (known) => {
      leader = known;
      endpoint.serve(
        standbyServices(version, () => leader),
        'standby',
      );
      api.close();
    },
    close: async () => {
      api.close();
      await endpoint.close();
    },
  };
}

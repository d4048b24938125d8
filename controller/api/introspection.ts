/**
 * What every gRPC server is expected to tell of itself: whether it serves (grpc.health.v1) and what it serves (server
 * reflection, v1 and v1alpha). Both stay on the port whether this controller leads or not.
 */
import type { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation, protoPath } from 'grpc-health-check';
import { clientApi } from '../../proto/load.ts';

const HEALTH = 'grpc.health.v1.Health';

export class Introspection {
  private readonly health = new HealthImplementation();
  private readonly services: readonly string[];

  constructor(server: Server) {
    const api = clientApi();
    this.services = Object.keys(api).filter((name) => name.endsWith('Service'));
    // The empty name stands for the program: it runs and answers, also as a standby.
    this.health.setStatus('', 'SERVING');
    this.health.setStatus(HEALTH, 'SERVING');
    this.leads(false);
    this.health.addToServer(server);
    const all = { ...api, ...loadSync(protoPath) };
    new ReflectionService(all, { services: [...this.services, HEALTH] }).addToServer(server);
  }

  /** Only the leader serves the services; a standby answers their calls with the address of the leader. */
  leads(leads: boolean): void {
    for (const name of this.services) this.health.setStatus(name, leads ? 'SERVING' : 'NOT_SERVING');
  }
}

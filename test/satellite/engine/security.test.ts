import { expect } from 'chai';
import { pino } from 'pino';
import { Authority } from '../transport/certificates.ts';
import { isSettled, summary, TestCluster, type TestNode, until } from './cluster.ts';

const SECRET = 'correct-horse-battery';

describe('Satellites that trust nobody', function () {
  this.timeout(30_000);
  let cluster: TestCluster;
  /** What the satellites log. */
  let logs: string;

  const start = async (options: { tls?: Authority } = {}): Promise<void> => {
    logs = '';
    const write = (line: string): void => {
      logs += line;
    };
    const log = pino({ level: 'trace' }, { write });
    cluster = await TestCluster.start(2, { log, ...options });
  };
  const set = async (node: TestNode, values: Record<string, string>) => {
    const admin = await node.admin();
    const answer = await admin.call('set-options', { resource: 'r0', scope: 'net', values });
    admin.close();
    return answer;
  };
  const reconnect = async (node: TestNode, command: 'connect' | 'disconnect'): Promise<void> => {
    const admin = await node.admin();
    for (const peer of node.status('r0').connections) await admin.call(command, { resource: 'r0', peer: peer.name });
    admin.close();
  };
  const settled = () =>
    until(
      () => cluster.nodes.every((node) => isSettled(node.status('r0'))),
      () => cluster.nodes.map((node) => summary(node.status('r0'))).join('\n'),
    );
  const stateOf = (node: TestNode): string | undefined => node.status('r0').connections[0]?.state;

  afterEach(() => cluster.stop());

  it('connect only while they know the same secret, which nobody is ever shown', async () => {
    await start();
    await cluster.makeResource('r0');
    await settled();
    const [one, other] = [cluster.node(0), cluster.node(1)];
    const secured = { 'cram-hmac-alg': 'sha256', 'shared-secret': SECRET };
    expect((await set(one, secured)).ok).to.equal(true);
    // The link that is up stays; the next one is refused.
    expect(stateOf(one)).to.equal('Connected');
    const before = one.status('r0').volumes;
    await reconnect(other, 'disconnect');
    await reconnect(other, 'connect');
    await until(() => logs.includes('AUTHENTICATION_FAILED'), 'the refusal is in the log');
    await until(() => stateOf(other) === 'Connecting' && stateOf(one) === 'Connecting', 'both try');
    expect(one.status('r0').volumes).to.deep.equal(before);
    expect((await set(other, { ...secured, 'shared-secret': `${SECRET}!` })).ok).to.equal(true);
    await until(() => logs.includes('does not know the shared secret'), 'a wrong one is refused, too');
    expect((await set(other, secured)).ok).to.equal(true);
    await settled();
    const told = JSON.stringify(
      [one, other].map((node) => [node.status('r0'), node.events]),
      (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
    );
    for (const text of [logs, told]) expect(text).not.to.contain(SECRET);
  });

  it('refuse an algorithm without a secret, and do not show a secret that they do not take', async () => {
    await start();
    await cluster.makeResource('r0');
    const node = cluster.node(0);
    expect((await set(node, { 'cram-hmac-alg': 'sha256' })).error?.code).to.equal('OPTION_CONFLICT');
    const refused = await set(node, { 'shared-secret': `${SECRET} with spaces` });
    expect(refused.error?.code).to.equal('OPTION_OUT_OF_RANGE');
    expect(JSON.stringify(refused) + logs).not.to.contain(SECRET);
  });

  it('refuse tls where they have no certificate', async () => {
    await start();
    await cluster.makeResource('r0');
    const { error } = await set(cluster.node(0), { tls: 'yes' });
    expect(error?.code).to.equal('OPTION_UNSUPPORTED');
    expect(error?.message).to.equal('tls cannot be set on this node');
  });

  it('replicate inside TLS', async () => {
    const authority = new Authority();
    try {
      await start({ tls: authority });
      await cluster.makeResource('r0');
      await settled();
      for (const node of cluster.nodes) expect((await set(node, { tls: 'yes' })).ok).to.equal(true);
      await reconnect(cluster.node(0), 'disconnect');
      await reconnect(cluster.node(0), 'connect');
      await settled();
    } finally {
      authority.remove();
    }
  });
});

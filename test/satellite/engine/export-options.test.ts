import { expect } from 'chai';
import { goData, OPT, RawClient, u16, u32 } from '../nbd/raw-client.ts';
import { isSettled, TestCluster, type TestNode, until } from './cluster.ts';

const TRIM = 4;
const SEND_TRIM = 1 << 5;
const EINVAL = 22;

describe('What NBD clients are told of a volume', function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  let node: TestNode;
  before(async () => {
    cluster = await TestCluster.start(2);
    node = cluster.node(0);
    await cluster.makeResource('db');
    await until(() => cluster.nodes.every((each) => isSettled(each.status('db'))), 'db settles');
  });
  after(() => cluster.stop());

  async function set(values: Record<string, string>, scope = 'disk'): Promise<string> {
    const admin = await node.admin();
    const reply = await admin.call('set-options', { resource: 'db', scope, values });
    admin.close();
    return reply.ok === true ? 'ok' : (reply.error?.code ?? 'no code');
  }

  /** @returns the flags of the export, its smallest and its preferred block */
  async function told(): Promise<{ trims: boolean; blocks: Buffer | undefined }> {
    const client = await RawClient.negotiating(node.nbdAddress());
    const replies = await client.option(OPT.INFO, goData('db', [3]));
    client.socket.destroy();
    const infos = replies.map(({ data }) => data);
    const about = infos.find((data) => data.length === 12 && data.readUInt16BE(0) === 0);
    return {
      trims: ((about?.readUInt16BE(10) ?? 0) & SEND_TRIM) !== 0,
      blocks: infos.find((data) => data.length === 14 && data.readUInt16BE(0) === 3),
    };
  }
  const blocks = (least: number, preferred: number): Buffer =>
    Buffer.concat([u16(3), u32(least), u32(preferred), u32(32 * 1_048_576)]);

  it('is a block size of 512 bytes and that discards are welcome', async () => {
    expect(await told()).to.deep.equal({ trims: true, blocks: blocks(512, 4_096) });
  });

  it('is the block size of the option, and smaller requests are refused', async () => {
    expect(await set({ 'block-size': '4096' })).to.equal('ok');
    expect((await told()).blocks).to.deep.equal(blocks(4_096, 4_096));
    const client = await node.nbd('db');
    expect(await client.write(512, Buffer.alloc(512, 1))).to.equal(EINVAL);
    expect(await client.write(4_096, Buffer.alloc(4_096, 1))).to.equal(0);
    client.socket.destroy();
    expect(await set({ 'block-size': '8192' })).to.equal('OPTION_OUT_OF_RANGE');
    expect(await set({ 'block-size': 'default' })).to.equal('ok');
  });

  it('is the granularity of discards as the preferred block, and none where there are to be none', async () => {
    expect(await set({ 'discard-granularity': '65536' })).to.equal('ok');
    expect(await told()).to.deep.equal({ trims: true, blocks: blocks(512, 65_536) });
    const client = await node.nbd('db');
    expect(await client.write(0, Buffer.alloc(131_072, 9))).to.equal(0);
    expect(await client.run(TRIM, { offset: 4_096, length: 122_880 })).to.equal(0);
    const rest = await client.readData(0, 131_072);
    expect(rest.subarray(0, 4_096).every((byte) => byte === 9)).to.equal(true);
    expect(rest.subarray(4_096, 126_976).every((byte) => byte === 0)).to.equal(true);
    expect(rest.subarray(126_976).every((byte) => byte === 9)).to.equal(true);
    client.socket.destroy();
    expect(await set({ 'discard-granularity': '700' })).to.equal('OPTION_OUT_OF_RANGE');
    expect(await set({ 'discard-granularity': '0' })).to.equal('ok');
    expect((await told()).trims).to.equal(false);
    expect(await set({ 'discard-granularity': 'inherited' })).to.equal('ok');
  });

  it('changes its protocol while clients write', async () => {
    const client = await node.nbd('db');
    expect(await client.write(0, Buffer.alloc(4_096, 3))).to.equal(0);
    expect(await set({ protocol: 'A' }, 'net')).to.equal('ok');
    expect(await client.write(0, Buffer.alloc(4_096, 4))).to.equal(0);
    await until(() => cluster.nodes.every((each) => isSettled(each.status('db'))), 'connected again');
    expect(cluster.nodes.map((each) => each.status('db').connections[0]?.protocol)).to.deep.equal(['A', 'A']);
    expect(await set({ protocol: 'default' }, 'net')).to.equal('ok');
    await until(() => cluster.nodes.every((each) => isSettled(each.status('db'))), 'and once more');
    expect(cluster.nodes.map((each) => each.status('db').connections[0]?.protocol)).to.deep.equal(['C', 'C']);
    client.socket.destroy();
  });
});

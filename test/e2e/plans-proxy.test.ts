import { expect } from 'chai';
import { createServer, connect, type Server, type Socket } from 'node:net';
import type { NodeId } from '../../common/ids.ts';
import { encodeFrame } from '../../satellite/replication/wire/codec.ts';
import { encodeHello } from '../../satellite/replication/wire/hello.ts';
import { takeAddressBase } from './cluster.ts';
import { FrameSpy } from './plans/frame-spy.ts';
import { LinkProxy } from './plans/link-proxy.ts';
import { eventually } from './programs.ts';

const PORT = 7000;

describe('the proxy between the nodes of a plan', () => {
  let proxy: LinkProxy;
  let server: Server;
  let near: Socket;
  let far: Socket;
  let received = '';
  let answered = '';

  beforeEach(async () => {
    const base = takeAddressBase();
    received = '';
    answered = '';
    const accepted = new Promise<Socket>((resolve) => {
      server = createServer({ noDelay: true }, resolve);
    });
    await new Promise<void>((resolve) => server.listen({ host: `${base}.2`, port: PORT }, resolve));
    proxy = new LinkProxy(() => {});
    const at = { host: `${base}.34`, port: PORT };
    await proxy.listen(0, 1, at, { host: `${base}.2`, port: PORT }, `${base}.1`);
    near = connect(at);
    near
      .on('error', () => {})
      .on('data', (data: Buffer) => {
        answered += data.toString();
      });
    far = await accepted;
    far
      .on('error', () => {})
      .on('data', (data: Buffer) => {
        received += data.toString();
      });
  });
  afterEach(async () => {
    near.destroy();
    far.destroy();
    await proxy.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  const both = (there: string, back: string): Promise<true> =>
    eventually('the bytes are there', () => received === there && answered === back);

  it('passes bytes on in both directions, and the end', async () => {
    near.write('there');
    far.write('back');
    await both('there', 'back');
    near.destroy();
    await eventually('the other end hears of it', () => far.destroyed);
  });

  it('holds one direction, with its end, until it is released', async () => {
    near.write('1');
    await both('1', '');
    proxy.hold(0, 1);
    near.write('2');
    far.write('back');
    await both('1', 'back');
    near.resetAndDestroy();
    far.write('into nothing');
    expect(far.destroyed).to.equal(false);
    proxy.release(0, 1);
    await eventually('the other end hears of it', () => far.destroyed);
  });

  it('resets both ends at once, or lets a machine without power say nothing', async () => {
    near.write('1');
    await both('1', '');
    const boot = proxy.silence(0);
    near.destroy();
    far.write('is anybody there?');
    expect(far.destroyed).to.equal(false);
    boot();
    await eventually('the other end hears of it', () => far.destroyed);
  });
});

describe('the spy on a replication stream', () => {
  it('names the frames, wherever the stream is cut', () => {
    const hello = encodeHello({
      versionMin: 1,
      versionMax: 1,
      resource: 'r0',
      from: 0 as NodeId,
      to: 1 as NodeId,
      stream: 'data',
      authenticates: false,
      link: 1n,
    });
    const frame = encodeFrame({ type: 'DISCONNECT', reason: 'admin' }).header;
    const stream = Buffer.concat([hello, frame, frame]);
    for (let at = 0; at <= stream.length; at += 1) {
      const spy = new FrameSpy('hello');
      const seen = [...spy.read(stream.subarray(0, at)), ...spy.read(stream.subarray(at))];
      expect(seen).to.deep.equal(['DISCONNECT', 'DISCONNECT']);
    }
  });
});

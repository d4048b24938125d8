import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { z } from 'zod';
import { requireDone } from '../../cli/dev/registration.ts';
import { type ErrorCode, ERROR_CODES } from '../../common/errors.ts';
import { SATELLITE_PORT, TestCluster } from './cluster.ts';
import { eventually, type Finished } from './programs.ts';

const answersSchema = z.array(
  z.looseObject({ severity: z.string(), code: z.number(), code_name: z.string(), message: z.string() }),
);

describe('the command line against a real cluster', function () {
  this.timeout(150_000);
  let cluster: TestCluster;

  before(async () => {
    cluster = await TestCluster.up(3);
    await cluster.mustCli('resource-definition', 'create', 'good');
    await cluster.mustCli('volume-definition', 'create', 'good', '16M');
  });
  after(() => cluster?.down());

  const EXIT_ARGUMENT = 2;
  const EXIT_API = 10;
  const EXIT_INTERRUPTED = 130;

  /** The same with and without `-m`; people get a description, a cause or what to do, machines the code. */
  async function refused(exit: number, code: ErrorCode, ...words: readonly string[]): Promise<void> {
    const [spoken, machine] = await Promise.all([cluster.cli(...words), cluster.cli('-m', ...words)]);
    const said = spoken.stdout + spoken.stderr;
    expect(spoken.code, said).to.equal(exit);
    expect(said)
      .to.match(/^ERROR:/m)
      .and.to.contain(code)
      .and.to.contain(String(ERROR_CODES[code]));
    expect(said, 'why, or what to do').to.match(/Cause:|Correction:/);
    expect(machine.code, machine.stdout).to.equal(exit);
    const errors = errorsIn(machine);
    expect(errors.map((answer) => answer.code)).to.include(ERROR_CODES[code]);
    expect(errors.map((answer) => answer.code_name)).to.include(code);
  }

  const errorsIn = ({ stdout }: Finished) =>
    answersSchema.parse(JSON.parse(stdout)).filter((answer) => answer.severity === 'ERROR');

  /** Everything that the controller keeps, as it lists it. */
  async function lists(): Promise<string> {
    const client = await cluster.api();
    const all = await Promise.all([
      client.call(client.nodes, 'list', {}),
      client.call(client.storagePools, 'list', {}),
      client.call(client.resourceDefinitions, 'list', {}),
      client.call(client.volumeDefinitions, 'list', {}),
      client.call(client.resources, 'list', {}),
    ]);
    // Free space is always in motion.
    return JSON.stringify(all, (key, value: unknown) => (/capacity|free|allocated/i.test(key) ? undefined : value));
  }

  async function changesNothing(act: () => Promise<void>): Promise<void> {
    const before = await lists();
    await act();
    expect(await lists()).to.equal(before);
  }

  it('a name that breaks the rules is refused before anything is sent', () =>
    changesNothing(async () => {
      for (const name of ['9lives', 'a/b', '../../etc', 'x'.repeat(80)])
        await refused(EXIT_ARGUMENT, 'INVALID_NAME', 'resource-definition', 'create', name);
      await refused(EXIT_ARGUMENT, 'INVALID_NAME', 'node', 'create', 'no_underscore!', '127.0.0.1');
    }));

  it('and by the controller too, whoever asks', () =>
    changesNothing(async () => {
      const client = await cluster.api();
      const requestId = 'bad-name';
      const { answers } = await client.call(client.resourceDefinitions, 'create', { name: '../x', requestId });
      expect(answers.map((answer) => answer.code)).to.deep.equal([ERROR_CODES.INVALID_NAME]);
    }));

  it('a size that is none is refused', () =>
    changesNothing(() => refused(EXIT_ARGUMENT, 'INVALID_SIZE', 'volume-definition', 'create', 'good', 'huge')));

  it('a pool, a node, a definition that do not exist are named', () =>
    changesNothing(async () => {
      await refused(
        EXIT_API,
        'STORAGE_POOL_NOT_FOUND',
        'resource',
        'create',
        'sat1',
        'good',
        '--storage-pool',
        'nowhere',
      );
      await refused(EXIT_API, 'NODE_NOT_FOUND', 'resource', 'create', 'sat77', 'good');
      await refused(EXIT_API, 'RESOURCE_DEFINITION_NOT_FOUND', 'resource', 'create', 'sat1', 'nothing');
    }));

  it('a volume larger than the pool is refused, on named nodes and by auto-place, and leaves nothing behind', async () => {
    await cluster.mustCli('resource-definition', 'create', 'giant');
    await cluster.mustCli('volume-definition', 'create', 'giant', '9T');
    await refused(EXIT_API, 'NOT_ENOUGH_SPACE', 'resource', 'create', 'sat1', 'sat2', 'giant');
    const auto = await cluster.cli('-m', 'resource', 'create', 'giant', '--auto-place', '3');
    expect(auto.code).to.equal(EXIT_API);
    expect(JSON.stringify(errorsIn(auto))).to.contain('KiB');
    for (const name of cluster.names) expect(existsSync(cluster.dataFile(name, 'giant')), name).to.equal(false);
    expect(JSON.parse(await cluster.mustCli('-m', 'resource', 'list', '--resources', 'giant'))).to.not.match(/sat/);
    await cluster.mustCli('resource-definition', 'delete', 'giant');
  });

  it('two nodes with one name: the second is refused, whatever its case and address', () =>
    changesNothing(async () => {
      await refused(EXIT_API, 'NODE_EXISTS', 'node', 'create', 'sat1', '127.9.9.9');
      await refused(EXIT_API, 'NODE_EXISTS', 'node', 'create', 'SAT1', cluster.address('sat2'));
    }));

  it('one satellite under two names: the second name never gets online, the first goes on', async () => {
    await cluster.cli('node', 'create', 'impostor', cluster.address('sat1'), '--port', String(SATELLITE_PORT));
    const client = await cluster.api();
    const nodes = await eventually('the controller has looked', async () => {
      const { nodes: found } = await client.call(client.nodes, 'list', {});
      const impostor = found.find((node) => node.name === 'impostor');
      return impostor?.problem === undefined || impostor.problem === null ? undefined : found;
    });
    const impostor = nodes.find((node) => node.name === 'impostor');
    expect(impostor?.problem?.code).to.equal(ERROR_CODES.WRONG_NODE);
    expect(impostor?.connectionStatus).to.not.equal('ONLINE');
    expect(nodes.find((node) => node.name === 'sat1')?.connectionStatus).to.equal('ONLINE');
    await cluster.mustCli('node', 'delete', 'impostor');
  });

  it('more replicas than nodes are refused with the reason for each node', () =>
    changesNothing(async () => {
      const done = await cluster.cli('-m', 'resource', 'create', 'good', '--auto-place', '4');
      expect(done.code).to.equal(EXIT_API);
      expect(errorsIn(done).map((answer) => answer.code)).to.include(ERROR_CODES.NOT_ENOUGH_NODES);
    }));

  describe('Ctrl-C in the middle of resource create', () => {
    /** The resource is whole: three replicas in sync that serve. */
    async function expectWhole(resource: string): Promise<void> {
      await cluster.settled(resource, cluster.names);
      const client = await cluster.connect('sat2', resource);
      await client.write(0, Buffer.alloc(4096, 3));
      await client.flush();
      await client.close();
      await cluster.settled(resource, cluster.names);
      await cluster.expectIdentical(resource);
    }

    async function define(resource: string): Promise<void> {
      const client = await cluster.api();
      const request = (step: string) => ({ requestId: `${resource}-${step}` });
      requireDone(
        (await client.call(client.resourceDefinitions, 'create', { name: resource, ...request('define') })).answers,
      );
      const volume = { resourceName: resource, sizeKib: 8192, ...request('volume') };
      requireDone((await client.call(client.volumeDefinitions, 'create', volume)).answers);
    }

    it('while a satellite does not answer: it says what may be under way, and the same command works again', async () => {
      await define('halted');
      // Stopped, not dead: the controller has to wait for it.
      process.kill(cluster.pid('sat3'), 'SIGSTOP');
      try {
        const { child, finished } = await cluster.startCli('resource', 'create', 'halted', '--auto-place', '3');
        const client = await cluster.api();
        await eventually('the controller is at it', async () => {
          const { resources } = await client.call(client.resources, 'list', { resourceNames: ['halted'] });
          return resources.length === 3;
        });
        child.kill('SIGINT');
        const done = await finished;
        expect(done.code, done.stderr).to.equal(EXIT_INTERRUPTED);
        expect(done.stderr)
          .to.match(/Interrupted/)
          .and.to.match(/half made/);
      } finally {
        process.kill(cluster.pid('sat3'), 'SIGCONT');
      }
      await cluster.mustCli('resource', 'create', 'halted', '--auto-place', '3');
      await expectWhole('halted');
      await cluster.mustCli('resource-definition', 'delete', 'halted');
      for (const name of cluster.names) expect(existsSync(cluster.dataFile(name, 'halted')), name).to.equal(false);
    });

    it('at any moment: afterwards there is all of it or nothing, and a retry completes it', async () => {
      const outcomes = new Set<number>();
      for (let round = 0; round < 6; round++) {
        const resource = `chance${round}`;
        await define(resource);
        const { child, finished } = await cluster.startCli('resource', 'create', resource, '--auto-place', '3');
        const timer = setTimeout(() => child.kill('SIGINT'), 200 + 80 * round);
        outcomes.add((await finished).code);
        clearTimeout(timer);
        const client = await cluster.api();
        const { resources } = await client.call(client.resources, 'list', { resourceNames: [resource] });
        expect(resources.length, 'all or nothing').to.be.oneOf([0, 3]);
        await cluster.mustCli('resource', 'create', resource, '--auto-place', '3');
        await expectWhole(resource);
        await cluster.mustCli('resource-definition', 'delete', resource);
      }
      // -1: the signal came before the program could listen to it.
      expect(
        [...outcomes].every((code) => [0, EXIT_INTERRUPTED, -1].includes(code)),
        [...outcomes].join(),
      ).to.equal(true);
    });
  });
});

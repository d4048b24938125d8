import { expect } from 'chai';
import { findDefinition } from '../../../controller/domain/cluster-view.ts';
import { MigrationService } from '../../../controller/service/migration-service.ts';
import { callOptions, codes, errorOf, TestController } from '../test-controller.ts';

describe('migrations of virtual machines', () => {
  let cluster: TestController;
  let migrations: MigrationService;

  const begin = (from = 'alpha', to = 'bravo', timeLimitS: number | undefined = undefined) =>
    migrations.begin({ resourceName: 'db', from, to, timeLimitS }, callOptions());
  const finish = () => migrations.finish('db', callOptions());
  const abort = () => migrations.abort('db', callOptions());
  const satellite = (name: string) => cluster.satellites.get(name);
  const setPrimary = async (name: string, isPrimary: boolean): Promise<void> => {
    if (isPrimary) satellite(name).inUse.add('db');
    else satellite(name).inUse.delete('db');
    satellite(name).changed();
    const { status } = cluster.controller.context;
    const role = isPrimary ? 'Primary' : 'Secondary';
    await cluster.until(`${name} is ${role}`, () => status.node(name).resources.get('DB')?.role === role);
  };
  /** Pairs `node>peer` whose connection lets two Primaries in, as the satellites were told. */
  const open = (): string[] =>
    [...cluster.satellites.byName.values()].flatMap(({ name, resources }) =>
      (resources.get('DB')?.peers ?? [])
        .filter(({ options }) => options['allow-two-primaries'] === 'yes')
        .map((peer) => `${name}>${peer.name}`),
    );
  const states = () =>
    migrations.list([]).map(({ resourceName, ending = 'open', primaries }) => `${resourceName} ${ending} ${primaries}`);
  const stored = () => findDefinition(cluster.controller.context.state.view, 'db')?.migration;

  beforeEach(async () => {
    cluster = await TestController.ready(['alpha', 'bravo', 'charlie']);
    migrations = new MigrationService(cluster.controller.context);
    await cluster.define('db');
    await cluster.addVolume('db');
    await cluster.create('db', ['alpha', 'bravo', 'charlie']);
    await setPrimary('alpha', true);
  });
  afterEach(async () => {
    await cluster.stop();
  });

  it('open the connection of the two nodes, and no other one', async () => {
    expect(codes(await begin())).to.deep.equal(['SUCCESS MODIFIED', 'INFO NOTE']);
    expect(open()).to.have.members(['alpha>bravo', 'bravo>alpha']);
    expect(states()).to.deep.equal(['db open source']);
  });

  it('are finished once one of the two has let go, not before', async () => {
    await begin();
    await setPrimary('bravo', true);
    expect(errorOf(await finish()).codeName).to.equal('TWO_PRIMARIES');
    expect(open()).to.have.length(2);
    await setPrimary('alpha', false);
    const reply = await finish();
    expect(codes(reply)).to.deep.equal(['SUCCESS MODIFIED', 'INFO NOTE']);
    expect(reply.answers[1]?.message).to.include('"bravo"');
    expect(open()).to.deep.equal([]);
    expect(codes(await finish())).to.deep.equal(['SUCCESS UNCHANGED']);
    expect(codes(await abort())).to.deep.equal(['SUCCESS UNCHANGED']);
  });

  it('that are called off close when the target lets go', async () => {
    await begin();
    await setPrimary('bravo', true);
    expect(codes(await abort())).to.deep.equal(['SUCCESS MODIFIED', 'WARN TWO_PRIMARIES']);
    expect(states()).to.deep.equal(['db aborted both']);
    expect(errorOf(await begin()).codeName).to.equal('MIGRATION_UNDER_WAY');
    expect(open()).to.have.length(2);
    await setPrimary('bravo', false);
    await cluster.until('the window is closed', () => open().length === 0 && states().length === 0);
  });

  it('that are called off before the target has come close at once', async () => {
    await begin();
    expect(codes(await abort())).to.deep.equal(['SUCCESS MODIFIED', 'INFO NOTE']);
    expect(open()).to.deep.equal([]);
  });

  it('close by themselves when their time is over', async () => {
    await begin('alpha', 'bravo', 1);
    await cluster.until('the window is closed', () => stored() === undefined && open().length === 0);
  });

  it('that are over their time are reported while both are Primary, and closed when one is not', async () => {
    await begin('alpha', 'bravo', 1);
    await setPrimary('bravo', true);
    await cluster.until('it is reported', () => states().includes('db overdue both'));
    expect(open()).to.have.length(2);
    await setPrimary('alpha', false);
    await cluster.until('the window is closed', () => stored() === undefined && open().length === 0);
  });

  it('survive the end of the controller, with their limit', async () => {
    await begin('alpha', 'bravo', 1);
    await cluster.stop();
    const { satellites, store } = cluster;
    cluster = await TestController.start([], store, satellites);
    migrations = new MigrationService(cluster.controller.context);
    expect(stored()?.to).to.equal('bravo');
    await cluster.until('the window is closed', () => stored() === undefined && open().length === 0);
  });

  it('close when an end is deleted', async () => {
    await begin();
    await cluster.remove('db', ['bravo']);
    await cluster.until('the window is closed', () => stored() === undefined);
  });

  it('of two nodes without disks open what they have to the servers', async () => {
    await cluster.stop();
    cluster = await TestController.ready(['alpha', 'bravo', 'charlie', 'delta']);
    migrations = new MigrationService(cluster.controller.context);
    await cluster.define('db');
    await cluster.addVolume('db');
    await cluster.create('db', ['charlie', 'delta']);
    await cluster.create('db', ['alpha', 'bravo'], { diskless: true });
    await setPrimary('alpha', true);
    expect(codes(await begin())).to.deep.equal(['SUCCESS MODIFIED', 'INFO NOTE']);
    expect(open()).to.include.members(['alpha>charlie', 'charlie>alpha', 'bravo>delta', 'delta>bravo']);
    expect(open()).to.not.include('charlie>delta');
    await abort();
    expect(open()).to.deep.equal([]);
  });

  describe('are refused', () => {
    const refused = async (code: string, from?: string, to?: string, limit?: number): Promise<void> => {
      expect(errorOf(await begin(from, to, limit)).codeName).to.equal(code);
      expect(stored()).to.equal(undefined);
    };

    it('where the target is not UpToDate', async () => {
      satellite('bravo').diskStates.set('db', 'Inconsistent');
      satellite('bravo').changed();
      await refused('NOT_PROMOTABLE');
    });

    it('where a node is away', async () => {
      satellite('bravo').kill();
      await cluster.until('it is seen', () => cluster.connection('bravo') === 'OFFLINE');
      await refused('SATELLITE_UNREACHABLE');
    });

    it('where the two are not connected', async () => {
      satellite('alpha').broken.add('bravo');
      satellite('alpha').changed();
      await refused('PEERS_NOT_CONNECTED');
    });

    it('where a weaker protocol than C is used', async () => {
      await cluster.controller.context.state.transaction((draft) => {
        draft.put('settings', { props: { 'DrbdOptions/Net/protocol': 'A' } });
      });
      await refused('OPTION_CONFLICT');
    });

    it('where the source does not use it', () => refused('INVALID_ARGUMENT', 'bravo', 'alpha'));
    it('to the same node', () => refused('INVALID_ARGUMENT', 'alpha', 'ALPHA'));
    it('with a limit that is none', () => refused('INVALID_ARGUMENT', 'alpha', 'bravo', 0));
    it('to a node without it', async () => {
      await cluster.remove('db', ['charlie']);
      await refused('RESOURCE_NOT_FOUND', 'alpha', 'charlie');
    });

    it('while another one is under way; the same one again changes nothing', async () => {
      await begin();
      const before = stored();
      expect(errorOf(await begin('alpha', 'charlie')).codeName).to.equal('MIGRATION_UNDER_WAY');
      expect(codes(await begin())).to.deep.equal(['SUCCESS UNCHANGED']);
      expect(stored()).to.deep.equal(before);
    });
  });
});

import { expect } from 'chai';
import { joinPairs, parseWishes } from '../../cli/placement-options.ts';
import { serveApi, type ServedApi } from '../controller/api/served-api.ts';
import { TestController } from '../controller/test-controller.ts';
import { type CliRun, runCli } from './cli-run.ts';

describe('lockstep: groups and placement', () => {
  describe('the options of placement', () => {
    it('add the prefix of free properties, split lists, and tell what is given without a value', () => {
      const { filter, clearFilter } = parseWishes({
        'storage-pool': ['p1,p2', 'p3'],
        'replicas-on-same': ['zone', 'Aux/rack=1'],
        'replicas-on-different': [],
        'x-replicas-on-different': ['site 2'],
        'layer-list': ['drbd,storage'],
        'place-count': '',
        'diskless-on-remaining': 'True',
      });
      expect(filter.storagePools).to.deep.equal(['p1', 'p2', 'p3']);
      expect(filter.replicasOnSame).to.deep.equal(['Aux/zone', 'Aux/rack=1']);
      expect(filter.xReplicasOnDifferent).to.deep.equal({ 'Aux/site': 2 });
      expect(filter.disklessOnRemaining).to.equal(true);
      expect(clearFilter).to.deep.equal(['place_count', 'replicas_on_different']);
    });

    it('take a property and a number as two words', () => {
      const words = ['rg', 'm', 'g', '--x-replicas-on-different', 'zone', '2', '--description', 'x'];
      expect(joinPairs(words)).to.deep.equal([
        'rg',
        'm',
        'g',
        '--x-replicas-on-different=zone 2',
        '--description',
        'x',
      ]);
      expect(joinPairs(['--x-replicas-on-different'])).to.deep.equal(['--x-replicas-on-different']);
    });
  });

  const MISTAKES = [
    'rg c',
    'rg c 1x',
    'rg c g --place-count x',
    'rg c g --x-replicas-on-different zone=many',
    'rg c g --diskless-on-remaining maybe',
    'rg c g --peer-slots 32',
    'rg c g --scatter-width wide',
    'rg spawn g web 5X',
    'rg spawn g 1web',
    'rg bogus',
    'vg c',
    'vg c g -n x',
    'vg d g',
    'rd c',
    'rd ws db --wait-timeout soon',
    'c qmvs many',
    'r mkavail alpha',
    'r c a db -s p1 -s p2',
    'r c a db --replicas-on-same zone',
    'r c db --auto-place 2 --place-count 3',
  ];
  for (const text of MISTAKES) {
    it(`exits with 2 for "lockstep ${text}", before anybody is called`, async () => {
      const { code, out, err } = await runCli('127.0.0.1:1', text.split(' '));
      expect([code, out], err).to.deep.equal([2, '']);
    });
  }

  describe('with a controller', () => {
    let cluster: TestController;
    let server: ServedApi;
    let address = '';
    beforeEach(async () => {
      cluster = await TestController.ready(['alpha', 'bravo', 'charlie'], { kind: 'FILE_THIN' });
      await cluster.controller.context.state.transaction((draft) => {
        for (const node of draft.nodes.all()) {
          draft.put('nodes', { ...node, props: { 'Aux/zone': node.name === 'charlie' ? 'b' : 'a' } });
        }
      });
      server = await serveApi(cluster.controller);
      address = server.address;
    });
    afterEach(async () => {
      await server.close();
      await cluster.stop();
    });

    const run = (text: string): Promise<CliRun> => runCli(address, text.split(' '));
    const good = async (text: string): Promise<string> => {
      const { code, out, err } = await run(text);
      expect([code, err], `${text}\n${out}`).to.deep.equal([0, '']);
      return out;
    };
    const table = (out: string): string[][] =>
      out
        .split('\n')
        .filter((line) => /^\|(?![-=])/.test(line))
        .map((line) =>
          line
            .split('|')
            .slice(1, -1)
            .map((cell) => cell.trim()),
        );

    it('lists groups with their wishes, and drops a wish by its option without a value', async () => {
      await good(
        'rg c gold --place-count 2 -s fast,DfltStorPool --replicas-on-different zone --x-replicas-on-different rack 2 ' +
          '-l drbd,storage -p file_thin -d Fast --scatter-width 4',
      );
      await good('vg c gold');
      await good('vg c gold -n 7 --gross');
      expect(table(await good('rg l -r gold'))).to.deep.equal([
        ['ResourceGroup', 'SelectFilter', 'VlmNrs', 'Description'],
        ['gold', 'PlaceCount: 2', '0, 7', 'Fast'],
        ['', 'StoragePool(s): fast, DfltStorPool', '', ''],
        ['', 'ReplicasOnDifferent: Aux/zone', '', ''],
        ['', 'XReplicasOnDifferent: Aux/rack: 2', '', ''],
        ['', 'LayerStack: DRBD, STORAGE', '', ''],
        ['', 'Providers: FILE_THIN', '', ''],
        ['', 'ScatterWidth: 4', '', ''],
      ]);
      expect(table(await good('vg l gold'))).to.deep.equal([
        ['VolumeNr', 'Flags'],
        ['0', ''],
        ['7', 'GROSS_SIZE'],
      ]);
      await good(
        'rg m gold --replicas-on-different --x-replicas-on-different --storage-pool -l --providers --place-count 3',
      );
      await good('rg m gold --scatter-width');
      expect(table(await good('rg l -r gold'))[1]).to.deep.equal(['gold', 'PlaceCount: 3', '0, 7', 'Fast']);
      expect(table(await good('rg l -r gold'))).to.have.lengthOf(2);
      await good('vg d gold 7');
      await good('rg d gold');
      expect((await run('vg l gold')).code).to.equal(10);
      expect(table(await good('resource-group list')).map(([name]) => name)).to.deep.equal([
        'ResourceGroup',
        'DfltRscGrp',
      ]);
    });

    it('prints groups as JSON with the names of the contract', async () => {
      await good('rg c gold --place-count 2 --x-replicas-on-different zone 1');
      const [groups] = JSON.parse(await good('rg l -m -r gold'));
      expect(groups[0]).to.deep.include({ name: 'gold', description: '' });
      expect(groups[0].select_filter).to.deep.include({ place_count: 2, x_replicas_on_different: { 'Aux/zone': 1 } });
    });

    it('spawns resources with sizes, wishes of their own and external names, and tries it out first', async () => {
      await good('rg c gold --place-count 2');
      expect(await good('rg spawn gold web 64M --what-if')).to.contain('nothing has been changed');
      expect(table(await good('rd l'))).to.have.lengthOf(1);
      await good('rg spawn gold web 64M 32M --replicas-on-different zone');
      expect(table(await good('vd l')).map((row) => [row[0], row[1], row[3]])).to.deep.equal([
        ['ResourceName', 'VolumeNr', 'Size'],
        ['web', '0', '64 MiB'],
        ['web', '1', '32 MiB'],
      ]);
      expect(await good('r l -r web')).to.contain('charlie');
      await good('rg spawn-resources gold 8M --external-name vol-ä -d');
      const [titles, first] = table(await good('rd l'));
      expect(titles).to.deep.equal(['ResourceName', 'External', 'ResourceGroup', 'Layers', 'State']);
      expect(first?.slice(1)).to.deep.equal(['vol-ä', 'gold', 'DRBD,STORAGE', 'ok']);
      await good('rd ap vol-ä');
      expect(await good('r l -r vol-ä')).to.contain('LS_');
      await good('rd ws vol-ä --wait-timeout 5');
      await good('rg m gold --place-count 3');
      expect(await good('rg adj gold')).to.contain('Of 2 resources 0 had enough replicas, 2 got more, 0 could not');
    });

    it('explains a refusal per node and filter, in a table and as JSON', async () => {
      await good('rg c gold --place-count 3 --replicas-on-same zone');
      const refused = await run('rg spawn gold web 64M');
      expect([refused.code, refused.err]).to.deep.equal([10, '']);
      expect(refused.out).to.match(/Cause:\n {4}3 nodes fit one by one/);
      expect(refused.out).to.match(/Details:\n {4}Node +StoragePool +Filter +Reason\n {4}alpha +DfltStorPool +- +fits/);
      await good('rd c other');
      await good('vd c other 64M');
      const json = await run('r c other --auto-place 2 --replicas-on-same zone=b -m');
      expect(json.code).to.equal(10);
      const [entry] = JSON.parse(json.out);
      expect(entry.code_name).to.equal('NOT_ENOUGH_NODES');
      expect(entry.placement.map((each: Record<string, unknown>) => [each['node'], each['filter']])).to.deep.equal([
        ['charlie', ''],
        ['alpha', 'replicas-on-same'],
        ['bravo', 'replicas-on-same'],
      ]);
      expect(entry.placement[0].score).to.equal(1);
    });

    it('tells what fits', async () => {
      await good('rg c gold --place-count 2');
      const [titles, row] = table(await good('rg qsi gold'));
      expect(titles).to.deep.equal(['MaxVolumeSize', 'AvailableSize', 'Capacity', 'Next Spawn Result']);
      expect(row?.slice(1)).to.deep.equal(['30 GiB', '30 GiB', 'DfltStorPool on alpha']);
      for (const text of ['rg qmvs gold', 'c qmvs 2 --replicas-on-different zone']) {
        const lines = table(await good(text));
        expect(lines[0]).to.deep.equal(['StoragePool', 'MaxVolumeSize', 'Provisioning', 'Nodes']);
        expect(lines[1]?.slice(2)).to.deep.equal(['Thin', 'alpha']);
      }
      const [info] = JSON.parse(await good('rg qsi gold -m'));
      expect(info).to.include.keys('max_volume_size_kib', 'available_size_kib', 'capacity_kib', 'next_spawn_result');
      const missing = await run('rg qsi tin');
      expect([missing.code, missing.out.startsWith('ERROR:')]).to.deep.equal([10, true]);
    });

    it('follows the properties that are set: targets, throughput and its weight, usual pools', async () => {
      await good('rg c gold --place-count 1');
      await good('c sp Autoplacer/Weights/MaxThroughput 1');
      await good('c sp Autoplacer/Weights/MaxFreeSpace 0');
      await good('sp sp bravo DfltStorPool Autoplacer/MaxThroughput 1000');
      await good('sp sp charlie DfltStorPool Autoplacer/MaxThroughput 900');
      expect(await good('rg spawn gold one 8M')).to.contain('placed on bravo');
      await good('rd sp one sys/fs/blkio_throttle_write 200');
      expect(await good('rg spawn gold two 8M')).to.contain('placed on charlie');
      await good('n sp bravo AutoplaceTarget false');
      await good('sp sp charlie DfltStorPool AutoplaceTarget false');
      expect(await good('rg spawn gold three 8M')).to.contain('placed on alpha');
      await good('n sp alpha StorPoolName elsewhere');
      expect((await run('r c alpha two')).out).to.contain('has no storage pool "elsewhere"');
    });

    it('makes resources available, and modifies definitions', async () => {
      await good('rg c gold --place-count 1 --peer-slots 4');
      await good('rd c db --resource-group gold');
      await good('vd c db 64M');
      await good('r mkavail alpha db');
      await good('r make-available bravo db');
      expect(await good('r l -r db')).to.match(/bravo.*Diskless/);
      await good('r mkavail bravo db --diskful');
      await good('r c db --auto-place +1 --drbd-diskless');
      await good('rd m db --resource-group DfltRscGrp --peer-slots 5');
      expect(table(await good('rd l'))[1]?.[1]).to.equal('DfltRscGrp');
    });
  });
});

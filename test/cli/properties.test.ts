import { expect } from 'chai';
import { separateTimeouts } from '../../cli/commands/drbd-options.ts';
import { serveApi, type ServedApi } from '../controller/api/served-api.ts';
import { TestController } from '../controller/test-controller.ts';
import { type CliRun, runCli, titlesOf } from './cli-run.ts';

describe('lockstep: properties, options, connections, interfaces', () => {
  let cluster: TestController;
  let server: ServedApi;
  let address = '';
  before(async () => {
    cluster = await TestController.start(['alpha', 'bravo', 'delta']);
    for (const name of ['alpha', 'bravo']) {
      await cluster.addNode(name);
      await cluster.addPool(name, 'FILE_THIN');
    }
    server = await serveApi(cluster.controller);
    address = server.address;
    for (const text of ['rg c web', 'vg c web']) expect((await run(text)).code).to.equal(0);
    await cluster.define('db');
    await cluster.addVolume('db');
    await cluster.create('db', ['alpha', 'bravo']);
  });
  after(async () => {
    await server.close();
    await cluster.stop();
  });

  const run = (text: string): Promise<CliRun> => runCli(address, text.split(' '));
  const succeed = async (text: string): Promise<string> => {
    const { code, out, err } = await run(text);
    expect([code, err], `${text}: ${out}`).to.deep.equal([0, '']);
    return out;
  };
  const properties = async (noun: string): Promise<Record<string, string>> => {
    const [word = '', ...names] = noun.split(' ');
    const [list] = JSON.parse(await succeed([word, 'lp', ...names, '-m'].join(' '))) as {
      key: string;
      value: string;
    }[][];
    return Object.fromEntries((list ?? []).map(({ key, value }) => [key, value]));
  };

  const NOUNS = [
    ['c', ''],
    ['n', ' alpha'],
    ['sp', ' alpha DfltStorPool'],
    ['rg', ' DfltRscGrp'],
    ['vg', ' web 0'],
    ['rd', ' db'],
    ['vd', ' db 0'],
    ['r', ' alpha db'],
    ['v', ' alpha db 0'],
    ['nc', ' alpha bravo'],
    ['rc', ' bravo alpha db'],
  ] as const;
  for (const [noun, names] of NOUNS) {
    it(`sets, lists and deletes a property of "${noun}${names}"`, async () => {
      expect(await succeed(`${noun} sp${names} --aux site/rack r1`)).to.contain('SUCCESS:');
      const table = await succeed(`${noun} lp${names}`);
      expect(titlesOf(table)).to.deep.equal(['Key', 'Value']);
      expect(table).to.match(/Aux\/site\/rack +\| r1/);
      await succeed(`${noun} set-property${names} Aux/site/rack`);
      expect(await succeed(`${noun} list-properties${names}`)).not.to.contain('Aux/site/rack');
    });
  }

  it('prints properties as LINSTOR does with -m', async () => {
    await succeed('c sp Aux/site/rack');
    expect(await properties('c')).to.deep.equal({
      'DrbdOptions/AutoEvictAllowEviction': 'True',
      'DrbdOptions/auto-add-quorum-tiebreaker': 'True',
      'DrbdOptions/auto-diskful-allow-cleanup': 'True',
      'DrbdOptions/auto-quorum': 'io-error',
    });
  });

  it('refuses an unknown key with the nearest one, and exits with 10', async () => {
    const { code, out } = await run('rd sp db DrbdOptions/Net/ping-in 5');
    expect(code, out).to.equal(10);
    expect(out).to.contain('PROPERTY_UNKNOWN').and.to.contain('DrbdOptions/Net/ping-int');
  });

  it('shows what counts, where it comes from and what it hides', async () => {
    await succeed('c opt --ping-int 7');
    await succeed('rd opt db --ping-int 5');
    const table = await succeed('rd lp db --effective');
    expect(titlesOf(table)).to.deep.equal(['Key', 'Value', 'Origin', 'Overridden']);
    expect(table).to.match(/Net\/ping-int +\| 5 +\| RD +\| 7 \(C\)/);
    await succeed('rd opt db --unset-ping-int');
    await succeed('c opt --unset-ping-int');
    expect(await succeed('rd lp db --effective')).not.to.contain('ping-int');
    expect(await succeed('sp lp alpha DfltStorPool --info')).to.contain('Autoplacer/MaxThroughput');
  });

  it('sets options of DRBD by their names, also its timeout', async () => {
    await succeed('rd drbd-options db --protocol c --timeout 60 --quorum majority --al-extents 600 --c-max-rate 1000');
    expect(await properties('rd db')).to.deep.equal({
      'DrbdOptions/Disk/al-extents': '600',
      'DrbdOptions/Net/protocol': 'C',
      'DrbdOptions/Net/timeout': '60',
      'DrbdOptions/PeerDevice/c-max-rate': '1000',
      'DrbdOptions/Resource/quorum': 'majority',
    });
    await succeed('rd opt db --unset-timeout --unset-quorum --unset-protocol --unset-al-extents --unset-c-max-rate');
    expect(await properties('rd db')).to.deep.equal({});
    expect(separateTimeouts('-t 5 rd opt db --timeout=60'.split(' '))).to.deep.equal(
      '-t 5 rd opt db --net-timeout=60'.split(' '),
    );
  });

  it('sets options of the volumes and of a connection of two replicas', async () => {
    await succeed('vd opt db 0 --on-io-error pass_on');
    expect(await properties('vd db 0')).to.deep.equal({ 'DrbdOptions/Disk/on-io-error': 'pass_on' });
    await succeed('r popt bravo alpha db --max-buffers 4096');
    await succeed('nc popt alpha bravo --max-buffers 8000');
    const list = await succeed('rc list db');
    expect(titlesOf(list)).to.deep.equal(['Source', 'Target', 'Properties', 'Port']);
    expect(list).to.match(/alpha +\| bravo +\| DrbdOptions\/Net\/max-buffers=4096 +\| 7000/);
    const nodes = await succeed('nc l');
    expect(titlesOf(nodes)).to.deep.equal(['Node A', 'Node B', 'Properties']);
    expect(nodes).to.match(/alpha +\| bravo +\| DrbdOptions\/Net\/max-buffers=8000/);
  });

  it('sets options of groups, which their resources inherit', async () => {
    await succeed('rg opt DfltRscGrp --max-epoch-size 4000 --on-no-data-accessible suspend-io');
    const told = cluster.satellites.get('alpha').resources.get('DB');
    expect(told?.peers[0]?.options).to.include({ 'max-epoch-size': '4000' });
    expect(told?.options).to.include({ 'on-no-data-accessible': 'suspend-io' });
    await succeed('vg opt web 0 --disk-flushes no');
    expect(await properties('vg web 0')).to.deep.equal({ 'DrbdOptions/Disk/disk-flushes': 'no' });
    await succeed('rg opt DfltRscGrp --unset-max-epoch-size --unset-on-no-data-accessible');
  });

  for (const text of [
    'rd opt db',
    'rd opt db --ping-int 500',
    'rd opt db --ping-int 5 --ping-int 6',
    'vd opt db 0 --ping-int 5',
    'rd opt db --protocol D',
    'vd lp db x',
    'r sp alpha db',
    'nc path create alpha bravo',
    'n i c alpha eth1',
    'n m alpha',
    'kv modify store',
  ]) {
    it(`exits with 2 for "${text}", before anybody is called`, async () => {
      const { code, out } = await runCli('127.0.0.1:1', text.split(' '));
      expect([code, out]).to.deep.equal([2, '']);
    });
  }

  it('makes network interfaces, and paths through them', async () => {
    await succeed('node interface create alpha repl0 10.0.0.1');
    await succeed('n i c bravo repl0 10.0.0.2');
    const list = await succeed('n i l alpha');
    expect(titlesOf(list)).to.deep.equal(['alpha', 'NetInterface', 'IP', 'Port', 'EncryptionType']);
    expect(list).to.match(/\+ StltCon +\| default +\| 127\.0\.0\.1 +\| 3366 +\| PLAIN/);
    expect(list).to.match(/\| \+ +\| repl0 +\| 10\.0\.0\.1 +\| +\| +\|/);
    await succeed('nc path create bravo alpha path1 repl0 repl0');
    expect(await succeed('nc path list alpha bravo')).to.match(/Paths\/path1\/alpha +\| repl0/);
    const peer = cluster.satellites.get('alpha').resources.get('DB')?.peers[0];
    expect(peer?.address).to.equal('10.0.0.2');
    expect((await run('n i d alpha repl0')).out).to.contain('NET_INTERFACE_IN_USE');
    await succeed('nc path delete alpha bravo path1');
    await succeed('n i m alpha repl0 --ip 10.0.0.9');
    await succeed('n i d alpha repl0');
  });

  it('shows types, abilities and contents of nodes', async () => {
    await succeed('n c delta 127.0.0.1 --node-type Combined --interface-name eth0');
    await succeed('node modify delta --node-type Auxiliary');
    expect(await succeed('n l -n delta')).to.match(/delta +\| AUXILIARY/);
    expect((await run('n modify delta --node-type Mainframe')).out).to.contain('INVALID_ARGUMENT');
    const info = (await succeed('node info')).split('\n\n');
    expect(info.map((table) => titlesOf(table))).to.deep.equal([
      [
        'Node',
        'Diskless',
        'LVM',
        'LVMThin',
        'ZFS/Thin',
        'File/Thin',
        'SPDK',
        'Remote SPDK',
        'Storage Spaces',
        'Storage Spaces/Thin',
      ],
      ['Node', 'DRBD', 'LUKS', 'NVMe', 'Cache', 'BCache', 'WriteCache', 'Storage'],
    ]);
    expect(await succeed('node describe alpha')).to.equal(
      'alpha\n`---storage pool: DfltStorPool\n    `---resource: db\n        `---volume: 0\n',
    );
  });

  it('adds columns with properties to lists', async () => {
    await succeed('n sp alpha --aux site a1');
    const nodes = await succeed('n l --show-aux-props --props Aux/site=Site --props PrefNic');
    expect(titlesOf(nodes)).to.deep.equal(['Node', 'NodeType', 'Addresses', 'AuxProps', 'State', 'Site', 'PrefNic']);
    expect(nodes).to.match(/alpha +\| SATELLITE +\| [\d.:]+ \(PLAIN\) +\| Aux\/site=a1 +\| Online +\| a1 +\| +\|/);
    expect(titlesOf(await succeed('sp l --props Aux/tier'))).to.include('Aux/tier');
    expect(titlesOf(await succeed('r l --props Aux/tier'))).to.include('Aux/tier');
  });

  it('never shows a secret, neither to people nor to programs', async () => {
    await succeed('rd opt db --shared-secret tops3cret --cram-hmac-alg sha256');
    for (const text of ['rd lp db', 'rd lp db -m', 'rd lp db --effective', 'rd l -m', 'r l -m', 'r lp alpha db -m']) {
      const out = await succeed(text);
      expect(out, text).not.to.contain('tops3cret');
    }
    expect(await properties('rd db')).to.include({ 'DrbdOptions/Net/shared-secret': '(set)' });
    expect(cluster.satellites.get('alpha').resources.get('DB')?.peers[0]?.options).to.include({
      'shared-secret': 'tops3cret',
    });
    await succeed('rd opt db --unset-cram-hmac-alg --unset-shared-secret');
  });

  it('keeps free maps for integrations', async () => {
    await succeed('kv modify csi.volumes pvc-1/state ready');
    await succeed('key-value-store m csi.volumes pvc-2 gone');
    expect(titlesOf(await succeed('kv l'))).to.deep.equal(['Name']);
    expect(await succeed('kv s csi.volumes')).to.match(/pvc-1\/state +\| ready/);
    expect(JSON.parse(await succeed('kv s csi.volumes -m'))[0]).to.have.length(2);
    await succeed('kv modify csi.volumes pvc-1/state');
    await succeed('kv modify csi.volumes pvc-2');
    expect((await run('kv s csi.volumes')).err).to.contain('KEY_VALUES_NOT_FOUND');
  });
});

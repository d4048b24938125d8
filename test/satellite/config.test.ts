import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationError } from '../../common/errors.ts';
import { readConfig, type SatelliteConfig } from '../../satellite/config.ts';

describe('Satellite configuration', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'lockstep-config-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  function run(argv: readonly string[], environment: Record<string, string> = {}): SatelliteConfig {
    const request = readConfig(argv, environment);
    if (request.kind !== 'run') throw new Error('expected a configuration');
    return request.config;
  }
  function refusal(argv: readonly string[], environment: Record<string, string> = {}): OperationError {
    try {
      readConfig(argv, environment);
    } catch (error) {
      if (error instanceof OperationError) return error;
      throw error;
    }
    throw new Error('expected a refusal');
  }

  it('prefers the flag over the environment, that over the file, that over the default', () => {
    writeFileSync(join(dir, 'satellite.toml'), 'port = 1\nnbd_port = 2\nreplication_port = 3\n');
    const config = run(['--data-dir', dir, '--name', 'sat1', '--port', '11'], {
      LOCKSTEP_PORT: '12',
      LOCKSTEP_NBD_PORT: '13',
    });
    expect(config).to.deep.include({
      port: 11,
      nbdPort: 13,
      replicationPort: 3,
      address: '127.0.0.1',
      logLevel: 'info',
      maxParallelResyncs: 0,
    });
    expect(config.adminSocket).to.equal(join(dir, 'admin.sock'));
    expect(config.nbdSocket).to.equal(join(dir, 'nbd.sock'));
  });

  it('names what is wrong with a value, whichever way it came', () => {
    expect(refusal(['--data-dir', dir, '--name', 'sat1', '--port', '70000']).message).to.contain('--port');
    expect(refusal(['--data-dir', dir, '--name', 'sat1'], { LOCKSTEP_NBD_PORT: 'many' }).message).to.contain(
      '--nbd-port',
    );
    expect(refusal(['--data-dir', dir, '--name=-x-']).code).to.equal('INVALID_NAME');
    expect(refusal(['--colour', 'red']).message).to.contain('--colour');
    expect(refusal(['--data-dir', join(dir, 'x'.repeat(110)), '--name', 'sat1']).message).to.contain('107 bytes');
  });

  it('takes replication options in the words of drbdsetup, and refuses what they do not allow', () => {
    const words = ['--data-dir', dir, '--name', 'sat1'];
    const { replication } = run([...words, '--options', 'c-min-rate=0, quorum=majority']);
    expect(replication).to.include({ cMinRate: 0, quorum: 'majority', onNoQuorum: 'suspend-io' });
    expect(run(words).replication.cMinRate).to.equal(250 * 1024);
    expect(refusal([...words, '--options', 'ping-int=0']).code).to.equal('OPTION_OUT_OF_RANGE');
    expect(refusal([...words, '--options', 'c-mim-rate=0']).correction).to.equal('Did you mean "c-min-rate"?');
  });

  it('does not show a secret that it cannot use, nor the rest of one', () => {
    const words = ['--data-dir', dir, '--name', 'sat1'];
    const both = run([...words, '--options', 'shared-secret=a=b,cram-hmac-alg=sha256']);
    expect(both.replication).to.include({ sharedSecret: 'a=b', cramHmacAlg: 'sha256' });
    expect(refusal([...words, '--options', 'cram-hmac-alg=sha256']).code).to.equal('OPTION_CONFLICT');
    for (const secret of ['hunter2 hunter2', 'x,hunter2', 'hunter2'.repeat(10)]) {
      const error = refusal([...words, '--options', `shared-secret=${secret}`]);
      expect(error.message + (error.because ?? '') + (error.correction ?? '')).not.to.contain('hunter2');
    }
  });

  it('reads certificate, key and authority, all or none, and takes tls only with them', () => {
    const words = ['--data-dir', dir, '--name', 'sat1'];
    for (const name of ['cert', 'key', 'ca']) writeFileSync(join(dir, name), name);
    const files = ['cert', 'key', 'ca'].flatMap((name) => [`--tls-${name}`, join(dir, name)]);
    const { tls, replication } = run([...words, ...files, '--options', 'tls=yes']);
    expect([tls?.cert, tls?.key, tls?.ca].map(String)).to.deep.equal(['cert', 'key', 'ca']);
    expect(replication.tls).to.equal(true);
    expect(run(words).tls).to.equal(undefined);
    expect(refusal([...words, ...files.slice(0, 4)]).message).to.contain('--tls-ca is missing');
    expect(refusal([...words, '--options', 'tls=yes']).message).to.contain('--tls-cert');
    expect(refusal([...words, ...files.slice(0, 5), join(dir, 'absent')]).message).to.contain('--tls-ca');
  });

  it('refuses a configuration file with an unknown key, and one that is asked for and missing', () => {
    writeFileSync(join(dir, 'typo.toml'), 'prot = 1\n');
    expect(refusal(['--name', 'sat1', '--config', join(dir, 'typo.toml')]).message).to.contain('"prot"');
    expect(refusal(['--name', 'sat1', '--config', join(dir, 'absent.toml')]).message).to.contain('absent.toml');
  });

  it('tells flag, variable and key of every setting in its help', () => {
    const request = readConfig(['--help'], {});
    if (request.kind !== 'help') throw new Error('expected the help');
    for (const word of [
      '--replication-port',
      'LOCKSTEP_REPLICATION_PORT',
      'replication_port',
      '7000',
      '10809',
      '3366',
    ]) {
      expect(request.text).to.contain(word);
    }
  });
});

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

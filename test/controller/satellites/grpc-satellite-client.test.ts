import { expect } from 'chai';
import { GrpcSatelliteClient } from '../../../controller/satellites/grpc-satellite-client.ts';
import { serveSatellite } from '../api/satellite-server.ts';
import { MemorySatellite } from '../memory-satellites.ts';

describe('GrpcSatelliteClient', () => {
  for (const [apiVersion, expected] of [
    [1, []],
    [2, ['VERSION_MISMATCH']],
    [0, ['VERSION_MISMATCH']],
  ] as const) {
    it(`takes ${expected.join() || 'no offence'} from a satellite that answers in API version ${apiVersion}`, async () => {
      const { port, close } = await serveSatellite(new MemorySatellite('alpha'), apiVersion);
      const address = { name: 'alpha', address: '127.0.0.1', port };
      const client = new GrpcSatelliteClient(address, { controllerId: 'c', epoch: 1 }, 'test');
      const { answers } = await client.hello('alpha');
      expect(answers.map(({ codeName }) => codeName)).to.deep.equal(expected);
      if (apiVersion === 2) expect(answers[0]?.cause).to.contain('version 2').and.to.contain('speaks 1');
      client.close();
      close();
    });
  }
});

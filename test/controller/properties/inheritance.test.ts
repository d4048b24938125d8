import { expect } from 'chai';
import { effectiveProperties, type PropertyLevels } from '../../../controller/properties/inheritance.ts';
import { LEVELS, type Level } from '../../../controller/properties/levels.ts';
import { checkProperty } from '../../../controller/properties/whitelist.ts';
import { quorumByReplicas } from '../../../controller/properties/auto-quorum.ts';

/** What is searched first comes first. */
const ROWS: readonly (readonly [key: string, values: readonly string[], order: readonly Level[]])[] = [
  ['DrbdOptions/Resource/quorum', ['off', 'all', 'majority', '1', '2'], ['R', 'RD', 'RG', 'N', 'C']],
  [
    'DrbdOptions/Disk/al-extents',
    ['67', '68', '69', '70', '71', '72', '73', '74'],
    ['V', 'R', 'VD', 'VG', 'RD', 'RG', 'N', 'C'],
  ],
  ['DrbdOptions/Net/ping-int', ['1', '2', '3', '4', '5'], ['RC', 'RD', 'NC', 'RG', 'C']],
  ['DrbdOptions/PeerDevice/c-max-rate', ['1', '2', '3', '4', '5'], ['RC', 'RD', 'NC', 'RG', 'C']],
  ['StorPoolName', ['pool1', 'pool2', 'pool3', 'pool4', 'pool5'], ['R', 'VD', 'RD', 'RG', 'N']],
  [
    'sys/fs/blkio_throttle_read',
    ['1', '2', '3', '4', '5', '6', '7', '8'],
    ['V', 'R', 'N', 'VD', 'RD', 'VG', 'RG', 'C'],
  ],
  ['PrefNic', ['eth0', 'eth1'], ['SP', 'N']],
  ['DrbdOptions/auto-quorum', ['disabled', 'suspend-io', 'io-error'], ['RD', 'RG', 'C']],
  ['DrbdOptions/auto-add-quorum-tiebreaker', ['True', 'False', 'True'], ['RD', 'RG', 'C']],
  ['BalanceResourcesEnabled', ['True', 'False', 'True'], ['RD', 'RG', 'C']],
  ['AllowMixingStoragePoolDriver', ['True', 'False', 'True'], ['RD', 'RG', 'C']],
  ['DrbdOptions/auto-diskful', ['1', '2', '3', '4', '5'], ['R', 'N', 'RD', 'RG', 'C']],
  ['MaxOversubscriptionRatio', ['1', '2'], ['SP', 'C']],
  ['DrbdOptions/AutoEvictAfterTime', ['1', '2'], ['N', 'C']],
  ['DrbdOptions/AutoEvictMaxDisconnectedNodes', ['1'], ['C']],
  ['DrbdOptions/AutoEvictMinReplicaCount', ['1', '2', '3'], ['RD', 'RG', 'C']],
  ['AutoplaceTarget', ['True', 'False'], ['N', 'C']],
];

describe('Inheritance of properties', () => {
  for (const [key, values, order] of ROWS) {
    it(`searches ${key} on ${order.join(', ')}`, () => {
      const levels: Record<string, Record<string, string>> = {};
      for (const [index, level] of order.entries())
        levels[level] = { [key]: checkProperty(level, key, values[index] ?? '') };
      for (const [index, level] of order.entries()) {
        const found = effectiveProperties(levels as PropertyLevels).get(key);
        expect(found).to.deep.equal({
          value: values[index],
          origin: level,
          overridden: order
            .slice(index + 1)
            .map((other, offset) => ({ value: values[index + 1 + offset], origin: other })),
        });
        delete levels[level];
      }
      expect(effectiveProperties(levels as PropertyLevels).get(key)).to.equal(undefined);
    });

    it(`takes ${key} on no other kind of object`, () => {
      const also = key === 'AutoplaceTarget' ? ['SP'] : [];
      for (const level of LEVELS.filter((each) => !order.includes(each) && !also.includes(each)))
        expect(() => checkProperty(level, key, values[0] ?? ''), level).to.throw('is no property of a');
    });
  }

  it('inherits nothing below Aux/', () => {
    expect([...effectiveProperties({ N: { 'Aux/rack': 'a' }, C: { 'Aux/rack': 'b' } })]).to.deep.equal([]);
  });
});

describe('Quorum by the number of replicas', () => {
  const preset: PropertyLevels = { C: { 'DrbdOptions/auto-quorum': 'io-error' } };
  const majority = { quorum: 'majority', 'on-no-quorum': 'io-error' };
  const ROWS_OF_REPLICAS = [
    [1, 0, { quorum: 'off' }],
    [1, 2, { quorum: 'off' }],
    [2, 0, { quorum: 'off' }],
    [2, 1, majority],
    [3, 0, majority],
    [4, 0, majority],
    [0, 3, { quorum: 'off' }],
  ] as const;
  for (const [diskful, diskless, expected] of ROWS_OF_REPLICAS) {
    it(`is ${expected.quorum} for ${diskful} diskful and ${diskless} diskless ones`, () => {
      expect(quorumByReplicas(preset, { diskful, diskless })).to.deep.equal(expected);
    });
  }

  it('leaves alone what somebody has set, on whatever level', () => {
    const replicas = { diskful: 3, diskless: 0 };
    expect(quorumByReplicas({ ...preset, RG: { 'DrbdOptions/Resource/quorum': 'off' } }, replicas)).to.deep.equal({});
    expect(quorumByReplicas({ RD: { 'DrbdOptions/auto-quorum': 'disabled' }, ...preset }, replicas)).to.deep.equal({});
    const byHand = { ...preset, RD: { 'DrbdOptions/Resource/on-no-quorum': 'suspend-io' } };
    expect(quorumByReplicas(byHand, replicas)).to.deep.equal({ quorum: 'majority' });
    const suspend = { ...preset, RG: { 'DrbdOptions/auto-quorum': 'suspend-io' } };
    expect(quorumByReplicas(suspend, replicas)).to.deep.equal({ ...majority, 'on-no-quorum': 'suspend-io' });
  });
});

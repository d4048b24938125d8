import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { AL_BLOCK_FIELDS } from '../../../../satellite/replication/metadata/activity-log-block.ts';
import { SUPERBLOCK_FIELDS } from '../../../../satellite/replication/metadata/superblock.ts';

const DOCUMENT = readFileSync(new URL('../../../../docs/metadata.md', import.meta.url), 'utf8');

/** The fields of the table under a heading: name, offset, bytes. */
function tableUnder(heading: string): Record<string, readonly [number, number]> {
  const section = DOCUMENT.split('\n## ').find((part) => part.startsWith(heading)) ?? '';
  const rows = [...section.matchAll(/^\| (\w+) \| (\d+) \| (\d+) \|/gm)];
  return Object.fromEntries(rows.map(([, name, offset, size]) => [name, [Number(offset), Number(size)] as const]));
}

describe('docs/metadata.md', () => {
  it('has the fields of the code, at their offsets', () => {
    expect(tableUnder('Superblock')).to.deep.equal(SUPERBLOCK_FIELDS);
    expect(tableUnder('Activity log')).to.deep.equal(AL_BLOCK_FIELDS);
  });

  it('describes fields that follow each other without overlap', () => {
    for (const fields of [SUPERBLOCK_FIELDS, AL_BLOCK_FIELDS]) {
      let end = 0;
      for (const [name, [offset, size]] of Object.entries(fields)) {
        expect(offset, name).to.be.at.least(end);
        end = offset + size;
      }
      expect(end).to.be.at.most(4096);
    }
  });
});

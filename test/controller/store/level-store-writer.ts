/** Child process of level-store.test.ts: commits pairs of keys as fast as it can and says so after each commit. */
import { LevelStore } from '../../../controller/store/level-store.ts';
import { commit, put } from '../../contract/kv-store.contract.ts';

const [, , directory = '', first = '1'] = process.argv;
const store = await LevelStore.open(directory);
for (let n = Number(first); ; n += 1) {
  await commit(
    store,
    put(`left/${String(n).padStart(8, '0')}`, String(n)),
    put(`right/${String(n).padStart(8, '0')}`, String(n)),
    put('latest', String(n)),
  );
  process.stdout.write(`${n}\n`);
}

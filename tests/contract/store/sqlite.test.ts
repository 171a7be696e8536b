import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { tempFolder } from '../../fakes/temp-store.ts';
import { describeStore } from './store-contract.ts';

describeStore('SQLite', async () => {
  const url = `sqlite:${join(await tempFolder(), 'store.db')}`;
  return async () => {
    const store = await openStore({ url });
    onTestFinished(() => store.close());
    return store;
  };
});

import { SourceError } from '../../../errors.ts';
import type { BorrowPosition, Gap } from '../../../signals/model/observations.ts';
import { decodeShape } from '../../kit/decode.ts';
import { defineLending, type FetchContext, type SourceBatch } from '../../kit/define.ts';
import { gapOf } from '../../kit/gap.ts';
import { createTally } from '../../kit/tally.ts';
import { createPositionReader } from './position.ts';
import { checkGraphqlErrors, PAGE_ROWS, pageSchema, QUERY } from './query.ts';
import { type MorphoSettings, settingsSchema } from './settings.ts';

const ID = 'morpho-blue';
/** Positions come and go between two pages; beyond this share of missing ones the list was cut. */
const TOLERATED_MISSING_FRACTION = 0.05;
/** Complexity of a full page under the API's 5,000 requests / 5 min and 1,000,000 points a query. */
const PAGE_WEIGHT = 1;

/**
 * Morpho Blue through its hosted API: one key-less query over all borrowers of
 * all listed markets, nearest to their threshold first.
 */
export const morphoBlue = defineLending({
  id: ID,
  title: 'Morpho Blue',
  baseUrl: 'https://api.morpho.org',
  budget: { weightPerMinute: 300, published: '5000 requests / 5 min' },
  periodSeconds: 300,
  calls: 'graphql marketPositions, 1,000 a page',
  fetchPositions,
});

/**
 * Settings: `chains`, `healthBelow`, `maxPages`, `minDebtUsd`. Throws `SourceError` when the first
 * page cannot be had; a later one leaves what was read and a gap.
 */
async function fetchPositions(context: FetchContext): Promise<SourceBatch> {
  const settings = decodeShape(settingsSchema, context.settings, `${ID} settings`);
  const tally = createTally(ID);
  const reader = createPositionReader({ source: ID, settings, tally, observedAt: context.now() });
  const gaps: Gap[] = [];
  const positions = new Map<string, BorrowPosition>();
  let rowsRead = 0;
  for (let page = 0; ; page += 1) {
    if (page === settings.maxPages) {
      gaps.push(partialCoverage(page * PAGE_ROWS));
      break;
    }
    context.signal.throwIfAborted();
    let rows: readonly unknown[];
    let total: number | undefined;
    try {
      ({ rows, total } = await readPage(context, settings, page));
    } catch (error) {
      if (page === 0) throw error;
      const gap = gapOf(ID, 'position', error);
      gaps.push({ ...gap, detail: `after ${page} pages: ${gap.detail}` });
      break;
    }
    for (const raw of rows) {
      const position = reader.read(raw);
      // A position that moved between two pages comes twice.
      if (position !== undefined) positions.set(`${position.market} ${position.account}`, position);
    }
    rowsRead += rows.length;
    if (rows.length >= PAGE_ROWS) continue;
    if (total !== undefined && rowsRead < total * (1 - TOLERATED_MISSING_FRACTION)) {
      gaps.push(cutOff(rowsRead, total));
    }
    break;
  }
  context.log.debug({ source: ID, dustLeftOut: reader.dustLeftOut() }, 'positions read');
  return tally.batch([...positions.values()], gaps);
}

async function readPage(
  { http }: FetchContext,
  settings: MorphoSettings,
  page: number,
): Promise<{ rows: readonly unknown[]; total: number | undefined }> {
  const variables = {
    chainIds: settings.chains,
    hfLte: settings.healthBelow,
    first: PAGE_ROWS,
    skip: page * PAGE_ROWS,
  };
  const answer = await http.postJson(
    '/graphql',
    { query: QUERY, variables },
    { weight: PAGE_WEIGHT, check: checkGraphqlErrors },
  );
  const { data } = decodeShape(pageSchema, answer, `${ID} marketPositions`);
  const { items, pageInfo } = data.marketPositions;
  // Seen once with 135,000 rows: the server then ignored the arguments, so no row is near anything.
  if (items.length > PAGE_ROWS) {
    throw new SourceError('bad-payload', `${ID}: ${items.length} rows on a page of ${PAGE_ROWS}`);
  }
  return { rows: items, total: pageInfo?.countTotal };
}

/** The API ended early: positions that are still open would look closed. */
function cutOff(rows: number, total: number): Gap {
  const detail = `only ${rows} of ${total} positions came`;
  return { kind: 'gap', source: ID, wanted: 'position', reason: 'bad-payload', detail };
}

/** A chosen limit, not a failure: hence `unsupported`. Farther positions are the ones left out. */
function partialCoverage(rows: number): Gap {
  const detail = `only the ${rows} positions nearest to their threshold were read (maxPages)`;
  return { kind: 'gap', source: ID, wanted: 'position', reason: 'unsupported', detail };
}

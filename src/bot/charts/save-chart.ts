import { mkdir, readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figure } from '../../alerts/message-doc.ts';

/** Pictures kept; the oldest go when there are more. */
const KEPT = 200;
const CHART_FILE = /^[A-Z0-9]{1,20}-\d{8}T\d{6}Z(-\d{1,2})?\.png$/;

/**
 * Writes `<asset>-<time>.png` into the folder, made if needed, and gives the path. A second picture
 * of the same moment gets `-2` and so on. Throws what the file system throws.
 */
export async function saveChart(folder: string, figure: Figure, png: Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true });
  const asset =
    figure.asset
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, '')
      .slice(0, 20) || 'CHART';
  const time = `${new Date(figure.at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  for (let copy = 1; ; copy += 1) {
    const name = `${asset}-${time}${copy === 1 ? '' : `-${copy}`}.png`;
    const path = join(folder, name);
    try {
      await writeFile(path, png, { flag: 'wx' });
      await removeOldest(folder);
      return path;
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      if (!taken || copy >= 99) throw error;
    }
  }
}

async function removeOldest(folder: string): Promise<void> {
  const charts = (await readdir(folder)).filter((name) => CHART_FILE.test(name));
  if (charts.length <= KEPT) return;
  const timeOf = (name: string) => name.slice(name.indexOf('-') + 1);
  charts.sort((a, b) => timeOf(a).localeCompare(timeOf(b), 'en'));
  for (const name of charts.slice(0, charts.length - KEPT)) {
    await unlink(join(folder, name)).catch(() => undefined);
  }
}

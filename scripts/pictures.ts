import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Resvg } from '@resvg/resvg-js';
import { drawFigure } from '../src/bot/charts/draw-figure.ts';
import { asSent } from './pictures/as-sent.ts';
import { chatsSvg } from './pictures/chats-svg.ts';
import { DISCORD_DESKTOP, DISCORD_PHONE } from './pictures/discord-card.ts';
import { EXAMPLE_COLUMNS, exampleLines, readExample } from './pictures/example.ts';
import { FONT_FILES } from './pictures/fonts.ts';
import { gallery } from './pictures/gallery/gallery.ts';
import { terminalSvg } from './pictures/terminal-svg.ts';

/**
 * Draws the pictures of the README from docs/images/example.json with the program's own text,
 * message and chart code: `npm run pictures`, after a change to any of them.
 *
 * `node scripts/pictures.ts --all out/pictures` draws every kind of message as both platforms show
 * it instead, on a desktop and (`…-phone.png`) with Discord on a phone: for looking at them.
 */
const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url));
/** Pixels per unit. */
const TERMINAL_ZOOM = 1.25;
const CHATS_ZOOM = 1.25;

const { values } = parseArgs({ options: { all: { type: 'string' } } });
if (values.all === undefined) drawForReadme();
else await drawGallery(values.all);

function drawForReadme(): void {
  const example = readExample();
  const { alert, sentAt } = example;
  const terminal = terminalSvg(exampleLines(example), EXAMPLE_COLUMNS);
  write(join(IMAGES, 'console.png'), pngOf(terminal, TERMINAL_ZOOM));
  if (alert.figure !== undefined) write(join(IMAGES, 'ladder.png'), drawFigure(alert.figure));
  write(join(IMAGES, 'chats.png'), pngOf(chatsSvg(asSent(alert, sentAt)), CHATS_ZOOM));
}

async function drawGallery(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { name, doc, at, before } of await gallery(readExample().sentAt)) {
    const sent = asSent(doc, at, before);
    write(join(folder, `${name}.png`), pngOf(chatsSvg(sent, DISCORD_DESKTOP), 1));
    write(join(folder, `${name}-phone.png`), pngOf(chatsSvg(sent, DISCORD_PHONE), 1));
  }
}

function pngOf(svg: string, zoom: number): Uint8Array {
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    font: {
      fontFiles: [...FONT_FILES],
      loadSystemFonts: false,
      defaultFontFamily: 'DejaVu Sans Mono',
    },
  });
  return image.render().asPng();
}

function write(path: string, png: Uint8Array): void {
  writeFileSync(path, png);
  console.log(`${relative('.', path)}: ${Math.round(png.length / 1000)} kB`);
}

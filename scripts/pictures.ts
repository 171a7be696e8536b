import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { drawFigure } from '../src/bot/charts/draw-figure.ts';
import { EXAMPLE_COLUMNS, exampleLines, readExample } from './pictures/example.ts';
import { terminalSvg } from './pictures/terminal-svg.ts';

/**
 * Draws the pictures of the README from docs/images/example.json with the program's own text and
 * chart code: `npm run pictures`, after a change to either.
 */
const IMAGES = new URL('../docs/images/', import.meta.url);
const require = createRequire(import.meta.url);
const MONO_FILES = ['DejaVuSansMono.ttf', 'DejaVuSansMono-Bold.ttf'].map((file) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${file}`),
);

const example = readExample();
write('console.png', terminalPng(terminalSvg(exampleLines(example), EXAMPLE_COLUMNS)));
if (example.alert.figure !== undefined) write('ladder.png', drawFigure(example.alert.figure));

function terminalPng(svg: string): Uint8Array {
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: 1.25 },
    font: {
      fontFiles: MONO_FILES,
      loadSystemFonts: false,
      defaultFontFamily: 'DejaVu Sans Mono',
    },
  });
  return image.render().asPng();
}

function write(name: string, png: Uint8Array): void {
  writeFileSync(new URL(name, IMAGES), png);
  console.log(`docs/images/${name}: ${Math.round(png.length / 1000)} kB`);
}

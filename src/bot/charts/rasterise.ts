import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { CHART_FONT } from './palette.ts';

const require = createRequire(import.meta.url);

/** Shipped with the program, so that a picture is the same on a machine without any fonts. */
const FONT_FILES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${file}`),
);

/** SVG text -> PNG at `zoom` pixels per unit. Throws on malformed SVG. */
export function rasterise(svg: string, zoom: number): Uint8Array {
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: CHART_FONT },
  });
  return image.render().asPng();
}

/** A piece of a picture: SVG elements from 0,0 on, and the room they take, px. */
export interface Drawing {
  width: number;
  height: number;
  svg: string;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function placed({ svg }: Pick<Drawing, 'svg'>, x: number, y: number): string {
  return `<g transform="translate(${px(x)} ${px(y)})">${svg}</g>`;
}

/** One below the other. */
export function stacked(drawings: readonly Drawing[], gap: number): Drawing {
  let height = 0;
  const parts = drawings.map((drawing, index) => {
    const top = height + (index === 0 ? 0 : gap);
    height = top + drawing.height;
    return placed(drawing, 0, top);
  });
  return { width: Math.max(0, ...drawings.map(({ width }) => width)), height, svg: parts.join('') };
}

export interface Box {
  x?: number;
  y?: number;
  width: number;
  height: number;
  fill: string;
  radius?: number;
}

export function box({ x = 0, y = 0, width, height, fill, radius = 0 }: Box): string {
  const round = radius === 0 ? '' : ` rx="${radius}"`;
  return `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" fill="${fill}"${round}/>`;
}

/** A PNG in so much width, its corners rounded. `id` must be its own within the picture. */
export function photo(png: Uint8Array, width: number, radius: number, id: string): Drawing {
  const data = Buffer.from(png);
  // Width and height stand at the beginning of every PNG, in its IHDR.
  const height = (width * data.readUInt32BE(20)) / data.readUInt32BE(16);
  const size = `width="${px(width)}" height="${px(height)}"`;
  const svg = [
    `<clipPath id="${id}"><rect ${size} rx="${radius}"/></clipPath>`,
    `<image ${size} clip-path="url(#${id})" href="data:image/png;base64,${data.toString('base64')}"/>`,
  ].join('');
  return { width, height, svg };
}

export function px(value: number): string {
  return Number(value.toFixed(2)).toString();
}

import { type Drawing, px } from './drawing.ts';

/** The bot's picture: a falling ladder of bars in a disc. */
export function avatar(size: number): Drawing {
  const bars = [0.52, 0.4, 0.26, 0.14].map((height, index) => {
    const x = (0.24 + 0.14 * index) * size;
    const colour = index === 0 ? '#f2b544' : '#4c8dd6';
    return `<rect x="${px(x)}" y="${px((0.24 + 0.08 * index) * size)}" width="${px(0.1 * size)}" height="${px(height * size)}" rx="1" fill="${index === 3 ? '#ff5d5d' : colour}"/>`;
  });
  const half = px(size / 2);
  const svg = `<circle cx="${half}" cy="${half}" r="${half}" fill="#2c3e59"/>${bars.join('')}`;
  return { width: size, height: size, svg };
}

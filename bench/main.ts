/** `npm run bench`: prints every section. A new bench is one more entry in `SECTIONS`. */
import { benchBarrier } from './barrier.ts';
import { benchTick } from './tick.ts';

interface Section {
  title: string;
  /** Lines for people. */
  run: () => string[] | Promise<string[]>;
}

const SECTIONS: readonly Section[] = [
  // First, because it measures the memory of the whole process.
  { title: 'A whole tick', run: benchTick },
  { title: 'Cascade engine against round by round', run: benchBarrier },
];

console.log(`Node ${process.version}, ${process.arch}`);
for (const section of SECTIONS) {
  console.log(`\n${section.title}`);
  for (const line of await section.run()) console.log(line);
}

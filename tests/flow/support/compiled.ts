import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * For the environment of child processes: the suite starts the program dozens of times, and all but
 * the first need not compile it again. Node keeps what is in it by content.
 */
export const COMPILED = { NODE_COMPILE_CACHE: join(tmpdir(), 'cascade-watch-compiled') };

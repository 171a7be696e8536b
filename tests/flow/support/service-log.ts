import { expect } from 'vitest';
import type { RealProcess } from './real-process.ts';

/** Lines of this message in the log of the process. */
export function logged(service: RealProcess, message: string): Record<string, unknown>[] {
  return service
    .stderr()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === message);
}

/** The scheduler is at work: evaluations follow each other, and the process answers. */
export async function goesOnEvaluating(service: RealProcess): Promise<void> {
  const evaluatedAt = (body: string) => Number(JSON.parse(body).lastEvaluationAt);
  const before = evaluatedAt(await service.ask('/readyz', (body) => evaluatedAt(body) > 0));
  await service.ask('/readyz', (body) => evaluatedAt(body) > before + 120_000);
  expect(await service.ask('/healthz', (_, status) => status === 200)).toBe('alive\n');
}

/** Waits until /readyz names this problem. */
export async function problem(service: RealProcess, said: RegExp): Promise<void> {
  await service.ask('/readyz', (body, status) => status === 503 && said.test(body));
}

/** Ends it as an operator does; it must have said no secret and met no bug. */
export async function stopService(service: RealProcess, secrets: readonly string[]): Promise<void> {
  service.signal('SIGTERM');
  expect(await service.exited).toEqual({ code: 0, signal: null });
  const said = service.stdout() + service.stderr();
  for (const secret of secrets) expect(said).not.toContain(secret);
  expect(said).not.toContain('"bug"');
}

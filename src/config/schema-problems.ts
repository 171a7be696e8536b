import type { z } from 'zod';
import { ENVIRONMENT } from './environment.ts';

/**
 * One line per problem, each beginning with its place: `sources.bybit.periodSeconds: …`. A setting
 * that came from one of the environment's `variables` is named by it. Values are never repeated.
 */
export function schemaProblems(error: z.ZodError, variables: ReadonlySet<string>): string[] {
  return error.issues.flatMap((issue) => {
    const place = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `${[...place, key].join('.')}: there is no such setting`);
    }
    return [`${placeName(place, variables)}: ${issue.message}`];
  });
}

function placeName(place: readonly string[], variables: ReadonlySet<string>): string {
  const name = place.join('.');
  const variable = ENVIRONMENT.find(({ path }) => path?.join('.') === name)?.name;
  if (variable !== undefined && variables.has(variable)) return `${variable} (${name})`;
  return name === '' ? '(top level)' : name;
}

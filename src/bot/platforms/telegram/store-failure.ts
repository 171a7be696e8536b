import { AppError } from '../../../errors.ts';

const CODE = 'telegram/not-stored';

/** Marks a failure of the store, after which the same update is tried again. */
export async function stored<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    throw new AppError(CODE, 'what an update changed was not stored', { retryable: true, cause });
  }
}

export function isStoreFailure(error: unknown): boolean {
  return error instanceof AppError && error.code === CODE;
}

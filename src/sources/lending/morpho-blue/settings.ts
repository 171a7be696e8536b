import { z } from 'zod';

export const settingsSchema = z.object({
  chains: z.array(z.number().int().positive()).min(1).default([1, 8453]),
  healthBelow: z.number().gt(1).default(1.5),
  maxPages: z.number().int().positive().default(20),
  minDebtUsd: z.number().min(0).default(1000),
});

export type MorphoSettings = z.infer<typeof settingsSchema>;

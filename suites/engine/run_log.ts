import { z } from "zod";
import { insidePath } from "./record_schema.ts";

/** The file of a run that says what its evidence cannot. */
export const RUN_LOG = "run_log.json";

/**
 * `run_log.json`: what happened to a run as a whole. There is none where everything was played in one
 * go.
 */
export const runLogSchema = z.strictObject({
  schema: z.literal(1),
  /** Why nobody played a scenario of the plan, by its evidence directory. */
  not_run: z.record(insidePath, z.string()).default({}),
  /** What a reader must know of the run, each a sentence without a full stop. */
  notes: z.array(z.string()).max(1000).default([]),
});

/** What happened to a run as a whole. */
export type RunLog = z.infer<typeof runLogSchema>;

/** More repetitions of a scenario than this tell nothing new. */
export const MOST_REPETITIONS = 1000;
/** Parts that a run may have. */
export const MOST_SHARDS = 1000;

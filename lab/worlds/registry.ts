/** Every world: a line each. */
import type { WorldEntry } from "./entry.ts";
import { compose } from "./compose/entry.ts";
import { memory } from "./memory/entry.ts";
import { netns } from "./netns/entry.ts";

/** The worlds in which scenarios can run. */
export const WORLDS: readonly WorldEntry[] = [netns, memory, compose];

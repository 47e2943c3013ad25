/** Writes `compose.yaml`: `deno run -A lab/worlds/compose/write_compose.ts`. */
import { allSuites } from "../../../suites/registry.ts";
import type { Suite } from "../../../suites/kit/suite.ts";
import { composeFile } from "./compose_file.ts";

/** Where it stands. */
export const COMPOSE_FILE = new URL("../../../compose.yaml", import.meta.url);

/** The suites that are shown to hold where containers own the nodes. */
export async function suitesOfCompose(): Promise<Suite[]> {
  return (await allSuites()).filter(({ shownIn }) => shownIn.includes("compose"));
}

if (import.meta.main) await Deno.writeTextFile(COMPOSE_FILE, composeFile(await suitesOfCompose()));

/** Writes `compose.yaml`: `deno run -A lab/worlds/compose/write_compose.ts`. */
import { allSuites } from "../../../suites/registry.ts";
import { composeFile } from "./compose_file.ts";

/** Where it stands. */
export const COMPOSE_FILE = new URL("../../../compose.yaml", import.meta.url);

if (import.meta.main) await Deno.writeTextFile(COMPOSE_FILE, composeFile(await allSuites()));

import type { WorldName } from "../../suites/kit/world.ts";
import type { ScenarioRun, World } from "./world.ts";

/** A world as the command line knows it; nothing of it is loaded or started before `open`. */
export interface WorldEntry {
  readonly name: WorldName;
  /** What it is, in a few words. */
  readonly summary: string;
  /** Scenarios at a time unless told, of those that may be. */
  jobs(): number;
  /**
   * Brings this program to where the world can be opened.
   * @param args Arguments of the program, should it have to run again there.
   * @returns The exit code of the program that ran there; undefined when this one is there, and goes on.
   */
  enter(args: readonly string[]): Promise<number | undefined>;
  /** Why a scenario cannot be carried out where the program is now, as a sentence; else undefined. */
  refuses?(scenarios: readonly Pick<ScenarioRun, "scenario" | "profiles">[]): Promise<
    string | undefined
  >;
  /** The container images of devices by their role, where they are in any but our own. */
  images?(): Promise<Record<string, string>>;
  open(): Promise<World>;
}

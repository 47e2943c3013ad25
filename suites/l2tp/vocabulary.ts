/** The words of this suite, and the kit that is typed by them. */
import type { L2tpOverrides } from "../../peers/l2tp/overrides.ts";
import { type Kit, kitOf } from "../kit/words.ts";
import { witnessControl } from "./facts/witness.ts";
import type { L2tpId } from "./requirements.ts";
import type { L2tpClass, L2tpRole } from "./words.ts";

/** Marks that scripts of the tester set, for scenarios that wait for them. */
export type Mark =
  | "up"
  | "connected"
  | "dial"
  | "first"
  | "second"
  | "synchronous"
  | "asynchronous";

/** The words. */
export interface L2tpWords {
  requirement: L2tpId;
  role: L2tpRole;
  class: L2tpClass;
  node: "device" | "tester";
  event: Mark | "script_done";
  rules: L2tpOverrides;
}

/** What the suite is written with. */
export const kit: Kit<L2tpWords> = kitOf("l2tp", witnessControl);

/** The words of the suite, so that one that does not exist does not compile; and what it is written with. */
import { type Kit, kitOf } from "../kit/words.ts";
import { restartControl } from "./facts/restarts.ts";
import type { CoreIdentityId } from "./requirements.ts";
import type { CoreIdentityTerms } from "./requirements/classes.ts";

/** Requirements, roles, classes, options, nodes, trace events and rules of core-identity steering. */
export interface CoreIdentityWords extends CoreIdentityTerms {
  requirement: CoreIdentityId;
}

/** The makers of cases, invariants, scenarios, mutants and legal variants of this suite. */
export const kit: Kit<CoreIdentityWords> = kitOf("core_identity", restartControl);

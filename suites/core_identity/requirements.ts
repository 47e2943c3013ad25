/**
 * The requirements of core-identity steering, CID-001 to CID-113, from source 000 (US 2020/0322257
 * A1). Claims 41 to 60 are in force. Levels: a claim, or what an embodiment states flatly, is MUST;
 * "preferred" and "should" are SHOULD; variants are MAY, and bind once their option is declared.
 */
import { catalogue } from "../kit/requirement.ts";
import { SESSION_IDENTIFICATION } from "./requirements/session_identification.ts";
import { RECEIVER_ASSIGNS } from "./requirements/figure_1_receiver_assigns.ts";
import { SENDER_USES_REPORT } from "./requirements/figure_4_sender_uses_report.ts";
import { ONE_IDENTITY } from "./requirements/figure_5_one_identity.ts";
import { SENDER_SELECTS } from "./requirements/figure_7_sender_selects.ts";
import { AFTER_DECRYPTION } from "./requirements/figure_8_after_decryption.ts";
import { SESSION_ID } from "./requirements/figure_9_session_id.ts";
import { TUNNEL_HEADER } from "./requirements/figure_10_tunnel_header.ts";
import { ALL_CLASSES } from "./requirements/system.ts";

/** Every requirement of the system by its id. */
export const CORE_IDENTITY_REQUIREMENTS = catalogue({
  ...SESSION_IDENTIFICATION,
  ...RECEIVER_ASSIGNS,
  ...SENDER_USES_REPORT,
  ...ONE_IDENTITY,
  ...SENDER_SELECTS,
  ...AFTER_DECRYPTION,
  ...SESSION_ID,
  ...TUNNEL_HEADER,
  ...ALL_CLASSES,
});

/** Ids that exist; citing another does not compile. */
export type CoreIdentityId = keyof typeof CORE_IDENTITY_REQUIREMENTS;

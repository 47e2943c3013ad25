/**
 * The requirements of core-identity steering, CID-001 to CID-108, from source 000 (US 2020/0322257
 * A1). Claims 41 to 60 are in force. Levels: a claim, or what an embodiment states flatly, is MUST;
 * "preferred" and "should" are SHOULD; variants are MAY, and bind once their option is declared.
 */
import { SESSION_IDENTIFICATION } from "./requirements/a_session_identification.ts";
import { RECEIVER_ASSIGNS } from "./requirements/b_receiver_assigns.ts";
import { SENDER_USES_REPORT } from "./requirements/c_sender_uses_report.ts";
import { ONE_IDENTITY } from "./requirements/d_one_identity.ts";
import { SENDER_SELECTS } from "./requirements/e_sender_selects.ts";
import { AFTER_DECRYPTION } from "./requirements/f_after_decryption.ts";
import { SESSION_ID } from "./requirements/g_session_id.ts";
import { TUNNEL_HEADER } from "./requirements/h_tunnel_header.ts";
import { ALL_CLASSES } from "./requirements/i_all_classes.ts";

/** Every requirement of the system by its id. */
export const CORE_IDENTITY_REQUIREMENTS = {
  ...SESSION_IDENTIFICATION,
  ...RECEIVER_ASSIGNS,
  ...SENDER_USES_REPORT,
  ...ONE_IDENTITY,
  ...SENDER_SELECTS,
  ...AFTER_DECRYPTION,
  ...SESSION_ID,
  ...TUNNEL_HEADER,
  ...ALL_CLASSES,
} as const;

/** Ids that exist; citing another does not compile. */
export type CoreIdentityId = keyof typeof CORE_IDENTITY_REQUIREMENTS;

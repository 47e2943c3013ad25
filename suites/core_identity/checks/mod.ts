/** The checks of the suite: a new group adds one line. */
import type { Check } from "../../kit/check.ts";
import { ASSIGNMENT_CHECKS } from "./assignment.ts";
import { DELIVERY_CHECKS } from "./delivery.ts";
import { ESTABLISHMENT_CHECKS } from "./establishment.ts";
import { IDENTITY_CHECKS } from "./identity.ts";
import { SESSION_CHECKS } from "./session.ts";
import { SESSION_ID_CHECKS } from "./session_id.ts";
import { SESSION_ID_RECEIVER_CHECKS } from "./session_id_receiver.ts";
import { TUNNEL_CHECKS } from "./tunnels.ts";

/** Every check of core-identity steering. */
export const CORE_IDENTITY_CHECKS: readonly Check[] = [
  ...SESSION_CHECKS,
  ...ESTABLISHMENT_CHECKS,
  ...ASSIGNMENT_CHECKS,
  ...IDENTITY_CHECKS,
  ...TUNNEL_CHECKS,
  ...DELIVERY_CHECKS,
  ...SESSION_ID_CHECKS,
  ...SESSION_ID_RECEIVER_CHECKS,
];

/**
 * Options of the catalogue that the reference peers do not declare, and why. No check judges them, and
 * no report claims them; a device that declares one finds it without a judge.
 */
import type { TunnelClusterId } from "./requirements.ts";

/** Why nobody judges an option. */
export const UNDECLARED: Partial<Record<TunnelClusterId, string>> = {
  "TCL-016":
    "The initiator and its clients are one box (RFC 2661 §1.2): there is no dial-up line, " +
    "and no RADIUS server, by which a client could be recognized.",
  "TCL-023": "D4-04: the NAT advertises nothing; static routes lead to it. The source names no " +
    "protocol to advertise by.",
  "TCL-034": "Channels of other link types do not exist on IP: the ports of UDP are the channels.",
  "TCL-081": "The cluster forwards L2TP over UDP alone; the source names no other link in enough " +
    "detail to build one.",
};

/** Mutants of proxied LCP and authentication, all of an LNS. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Mutant } from "../../kit/mutant.ts";
import type { L2tpId } from "../requirements.ts";
import { avpsOf, messageTypeOf } from "../wire_rules.ts";
import { mutant, type Rules } from "./make.ts";

const PROXY_AUTHEN_TYPE = 29;

/** Loses its data once an ICCN told of authentication. */
function stalls(): Rules {
  let stalled = false;
  return {
    enters(packet) {
      const type = messageTypeOf(packet);
      if (type === MessageType.SCCRQ) stalled = false;
      const tells = () => avpsOf(packet).some((one) => one.type === PROXY_AUTHEN_TYPE);
      if (type === MessageType.ICCN && tells()) stalled = true;
      return packet;
    },
    leaves: (transmission) =>
      stalled && messageTypeOf(transmission.packet) < 0 ? [] : [transmission],
  };
}

/** The mutants. */
export const PROXY_MUTANTS: readonly Mutant<L2tpId>[] = [
  mutant(
    "lns",
    "stalls_after_proxy",
    "Says nothing after proxied authentication",
    "L2TP-083",
    stalls(),
  ),
  mutant("lns", "believes_proxy", "Believes any proxied response", "L2TP-083", {
    verifiesProxy: () => true,
  }),
  mutant("lns", "always_proxy", "Goes on from proxied authentication at all times", "L2TP-083", {
    honoursProxy: () => true,
  }),
];

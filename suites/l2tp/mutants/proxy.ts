/** Mutants of proxied LCP and authentication, all of an LNS. */
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { avpsOf, messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { type L2tpMutant, mutant } from "./make.ts";

const PROXY_AUTHEN_TYPE = 29;

/** Loses its data once an ICCN told of authentication. */
function stalls(): L2tpOverrides {
  let stalled = false;
  return {
    wire: {
      ingress(packet) {
        const type = messageTypeOf(packet);
        if (type === MessageType.SCCRQ) stalled = false;
        const tells = () => avpsOf(packet).some((one) => one.type === PROXY_AUTHEN_TYPE);
        if (type === MessageType.ICCN && tells()) stalled = true;
        return packet;
      },
      egress: (transmission) =>
        stalled && messageTypeOf(transmission.packet) < 0 ? [] : [transmission],
    },
  };
}

/** The mutants. */
export const PROXY_MUTANTS: readonly L2tpMutant[] = [
  mutant(
    "lns",
    "stalls_after_proxy",
    "Says nothing after proxied authentication",
    "L2TP-083",
    stalls(),
  ),
  mutant("lns", "believes_proxy", "Believes any proxied response", "L2TP-083", {
    l2tp: { verifiesProxy: () => true },
  }),
  mutant("lns", "always_proxy", "Goes on from proxied authentication at all times", "L2TP-083", {
    l2tp: { honoursProxy: () => true },
  }),
];

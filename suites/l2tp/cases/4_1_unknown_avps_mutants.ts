/** Mutants of attributes that nobody knows (RFC 2661 §4.1). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { avpsOf, messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { type L2tpMutant, mutant, mutantOfBoth } from "./mutants.ts";
import { loses, withAvps } from "./packets.ts";

const { StopCCN, CDN } = MessageType;
/** The least attribute type that RFC 2661 and its tests do not know. */
export const UNKNOWN_ATTRIBUTE = 1000;

/** Hears one kind of messages with other M bits in what nobody knows. */
const hears = (types: readonly number[], mandatory: boolean): L2tpOverrides => ({
  wire: {
    ingress(packet) {
      if (!types.includes(messageTypeOf(packet))) return packet;
      const avps = avpsOf(packet).map((one) =>
        one.type >= UNKNOWN_ATTRIBUTE ? { ...one, mandatory } : one
      );
      return withAvps(packet, avps);
    },
  },
});

/** Loses one kind of messages where they have what nobody knows. */
const minds = (type: number) =>
  loses((packet) =>
    messageTypeOf(packet) === type && avpsOf(packet).some((one) => one.type >= UNKNOWN_ATTRIBUTE)
  );

/** Mutants that mind, or do not mind, what they do not know. */
export const UNKNOWN_AVP_MUTANTS: readonly L2tpMutant[] = [
  ...mutantOfBoth(
    "minds_avps_of_cdn",
    "Loses a CDN with an AVP that it does not know",
    "L2TP-016",
    {
      ...minds(CDN),
    },
    ["L2TP-090"],
  ),
  ...mutantOfBoth(
    "minds_avps_of_stop",
    "Loses a StopCCN with an AVP that it does not know",
    "L2TP-016",
    {
      ...minds(StopCCN),
    },
    ["L2TP-090"],
  ),
  ...mutantOfBoth(
    "ends_on_large_numbers",
    "Ends on an optional AVP whose number is above 32767",
    "L2TP-016",
    {
      wire: {
        ingress(packet) {
          const avps = avpsOf(packet);
          if (messageTypeOf(packet) <= 0 || !avps.some(({ type }) => type > 0x7fff)) return packet;
          return withAvps(packet, avps.map((one) => ({ ...one, mandatory: true })));
        },
      },
    },
  ),
  ...mutantOfBoth(
    "ignores_avps_of_connected",
    "Ignores what is unknown and mandatory in ICCN, WEN and SLI",
    "L2TP-018",
    hears([MessageType.ICCN, MessageType.WEN, MessageType.SLI], false),
  ),
  mutant(
    "lns",
    "ignores_avps_of_scccn",
    "Ignores what is unknown and mandatory in an SCCCN",
    "L2TP-017",
    hears([MessageType.SCCCN], false),
  ),
  ...mutantOfBoth("ends_on_optional_avp", "Ends on an unknown AVP whose M is clear", "L2TP-016", {
    l2tp: { endsOnUnknownAvp: () => true },
  }, ["L2TP-019", "L2TP-020"]),
  ...mutantOfBoth("ignores_mandatory_avp", "Ignores an unknown AVP whose M is set", "L2TP-017", {
    l2tp: { endsOnUnknownAvp: () => false },
  }, ["L2TP-018", "L2TP-019", "L2TP-020"]),
  ...mutantOfBoth("other_error", "Says another error than 8 of an unknown AVP", "L2TP-096", {
    l2tp: { unknownAvpFault: (message) => ({ result: 2, error: 6, message }) },
  }),
  ...mutantOfBoth("ends_tunnel_for_session", "Ends the tunnel for an AVP of one call", "L2TP-018", {
    l2tp: { endsTunnelOnCallFault: () => true },
  }, { lns: ["L2TP-034"] }),
];

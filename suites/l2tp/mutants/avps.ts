/** Mutants of groups B and C that concern the values of AVPs. */
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { Avp } from "../../../captures/wire/l2tp_avp.ts";
import { both, type L2tpMutant, mutant } from "./make.ts";

/** Sets the first octet of a value, wherever the attribute is sent. */
function fills(type: number): L2tpOverrides {
  const filled = (avp: Avp) => {
    const value = avp.value.slice();
    value[0] = 0x80;
    return { ...avp, value };
  };
  return { l2tp: { avps: (_, avps) => avps.map((avp) => avp.type === type ? filled(avp) : avp) } };
}

/** The mutants, in the order of the requirements that they break. */
export const AVP_MUTANTS: readonly L2tpMutant[] = [
  ...both("ends_on_any_malformed", "Ends on malformed AVPs that are optional", "L2TP-022", {
    l2tp: { endsOnMalformedAvp: (mandatory, hidden) => mandatory || !hidden },
  }),
  ...both("ignores_malformed", "Passes over malformed AVPs that are mandatory", "L2TP-023", {
    l2tp: {
      endsOnMalformedAvp: (mandatory, hidden) => mandatory && hidden,
      required: () => [],
    },
  }, { lac: ["L2TP-008", "L2TP-049"], lns: ["L2TP-007", "L2TP-008", "L2TP-049"] }),
  ...both(
    "fills_capabilities",
    "Fills reserved bits of Framing Capabilities",
    "L2TP-028",
    fills(3),
  ),
  mutant(
    "lac",
    "fills_call_errors",
    "Fills the reserved octets of Call Errors",
    "L2TP-028",
    fills(34),
  ),
  mutant("lns", "fills_accm", "Fills the reserved octets of the ACCM", "L2TP-028", fills(35)),
  ...both("ends_on_unrecoverable", "Ends on hidden AVPs that are optional", "L2TP-034", {
    l2tp: { endsOnMalformedAvp: (mandatory, hidden) => mandatory || hidden },
  }),
  ...both("ignores_unrecoverable", "Passes over hidden AVPs that are mandatory", "L2TP-034", {
    l2tp: { endsOnMalformedAvp: (mandatory, hidden) => mandatory && !hidden },
  }),
  ...both("unhides_anything", "Recovers what must not be hidden", "L2TP-035", {
    l2tp: { mayBeHidden: () => true },
  }),
];

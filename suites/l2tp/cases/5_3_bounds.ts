/** RFC 2661 §3.1, §4.4.3, §4.4.4: identifiers at the bounds of what they can be. */
import { talk } from "../../../peers/testing/l2tp_tester/steps.ts";
import { gravest, inconclusive } from "../../kit/verdict.ts";
import { type Part, section } from "./bench.ts";
import { both } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";

const LEAST = 1, GREATEST = 0xffff;
const NAMES = ["a", "b"] as const;

const PARTS: readonly Part[] = both(({ tunnel, call }) => ({
  name: "header/bounds",
  title: "Tunnels and calls with identifiers 1 and 65535 of the peer carry data",
  covers: ["L2TP-142"],
  calls: [1, 2],
  ids: { a: LEAST, a1: GREATEST, b: GREATEST, b1: LEAST },
  steps: NAMES.flatMap((name, i) => [
    ...tunnel(name),
    ...call(name, `${name}1`),
    ...talk(name, `${name}1`, i + 1),
  ]),
  stimulus(c) {
    const ids = NAMES.map((name) => c.tunnelId(name));
    const first = c.openings().find(({ from }) => from === c.testerNode);
    return ids.join() !== `${LEAST},${GREATEST}`
      ? inconclusive("the tester assigned other identifiers")
      : c.takesPart() ?? c.connectsCalls() ?? first ??
        inconclusive("the tester opened no tunnel");
  },
  judge: (c, first) =>
    gravest(...NAMES.flatMap((name, i) => {
      const session = `${name}1` as const;
      return [
        c.alive(name, first),
        c.aliveCall(name, session, first),
        c.lcpRequest(i + 1) && c.answersLcp(name, session, i + 1),
      ];
    })),
}));

const MUTANTS = [
  ...mutantOfBoth("tunnels_of_15_bits", "Uses 15 bits of the peer's Tunnel ID", "L2TP-142", {
    l2tp: { headerTunnelId: (peer) => peer & 0x7fff },
  }, ["L2TP-006"]),
  ...mutantOfBoth("sessions_of_15_bits", "Uses 15 bits of the peer's Session ID", "L2TP-142", {
    l2tp: { headerSessionId: (peer) => peer & 0x7fff },
  }, ["L2TP-006", "L2TP-118"]),
  ...mutantOfBoth("none_is_65535", "Takes identifier 65535 for none", "L2TP-142", {
    l2tp: { acceptsIdentifier: (id) => id !== 0 && id !== GREATEST },
    // Its refusal names nobody.
  }, ["L2TP-006"]),
  ...mutantOfBoth("one_is_none", "Takes identifier 1 for none", "L2TP-142", {
    l2tp: { acceptsIdentifier: (id) => id > 1 },
  }, ["L2TP-006"]),
];

/** §5.3, bounds. */
export const IDENTIFIER_BOUNDS = section("§5.3 Identifiers at their bounds", PARTS, {
  mutants: MUTANTS,
});

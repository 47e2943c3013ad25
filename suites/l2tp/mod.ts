/** The suite of RFC 2661. */
import { LacMachine } from "../../peers/l2tp/lac.ts";
import { LnsMachine } from "../../peers/l2tp/lns.ts";
import type { L2tpOverrides } from "../../peers/l2tp/overrides.ts";
import type { Suite } from "../kit/suite.ts";
import { checkOf, scenarioOf } from "./cases.ts";
import { L2TP_CASES } from "./cases/mod.ts";
import { L2TP_MUTANTS } from "./mutants.ts";
import { L2TP_REQUIREMENTS } from "./requirements.ts";
import { L2tpTester } from "../../peers/testing/l2tp_tester/tester.ts";
import { PacketMutator } from "../../peers/testing/packet_mutator.ts";

/** Everything that RFC 2661 brings. */
export const L2TP: Suite<L2tpOverrides> = {
  name: "l2tp",
  title: "Layer Two Tunneling Protocol, version 2",
  shownIn: ["memory", "netns"],
  light: true,
  udpPort: 1701,
  requirements: L2TP_REQUIREMENTS,
  scenarios: L2TP_CASES.filter(({ steps }) => steps !== undefined).map(scenarioOf),
  checks: L2TP_CASES.map(checkOf),
  mutants: L2TP_MUTANTS,
  stimulusFaults: {},
  peer(role, config, environment, { l2tp, wire }) {
    if (role === "tester") return new L2tpTester(config, environment);
    const make = role === "lac" ? LacMachine : LnsMachine;
    return PacketMutator.around(new make(config, environment, l2tp), wire);
  },
};

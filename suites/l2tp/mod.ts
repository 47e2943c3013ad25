/** The suite of RFC 2661. */
import { LacMachine } from "../../peers/l2tp/lac.ts";
import { LnsMachine } from "../../peers/l2tp/lns.ts";
import type { L2tpRules } from "../../peers/l2tp/rules.ts";
import type { Suite } from "../suite.ts";
import { checkOf, scenarioOf } from "./cases.ts";
import { L2TP_CASES } from "./cases/mod.ts";
import { L2TP_MUTANTS } from "./mutants.ts";
import { L2TP_REQUIREMENTS } from "./requirements.ts";
import { L2tpTester } from "./tester/tester.ts";
import { OnTheWire, type WireRules } from "./wire_rules.ts";

/** Everything that RFC 2661 brings. */
export const L2TP: Suite = {
  name: "l2tp",
  title: "Layer Two Tunneling Protocol, version 2",
  shownIn: ["memory", "netns"],
  light: true,
  udpPort: 1701,
  requirements: L2TP_REQUIREMENTS,
  scenarios: L2TP_CASES.filter(({ steps }) => steps !== undefined).map(scenarioOf),
  checks: L2TP_CASES.map(checkOf),
  mutants: L2TP_MUTANTS,
  personas: {},
  peer(role, config, surroundings, rules) {
    if (role === "tester") return new L2tpTester(config, surroundings);
    const make = role === "lac" ? LacMachine : LnsMachine;
    const machine = new make(config, surroundings, rules as Partial<L2tpRules>);
    return OnTheWire.around(machine, rules as Partial<WireRules>);
  },
};

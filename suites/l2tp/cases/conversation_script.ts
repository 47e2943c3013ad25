/** The conversation that most invariants are sure to find their subject in. */
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { acknowledged, avp, expect, send, talk } from "../../../peers/testing/l2tp_tester/steps.ts";
import type { Scenario } from "../../kit/scenario.ts";
import type { L2tpRole } from "../words.ts";
import { bothScripts, type End } from "./ends.ts";

const UNKNOWN = 1000;

/** An error of one call, and the CDN that it calls for. */
function spoiltCall({ role, call }: End): StepInput[] {
  const steps = role === "lns"
    ? [send("ICRQ", "a", { session: "a3", with: [avp(UNKNOWN)] })]
    : [send("ICRP", "a", { session: "a2", ifAssigned: true })];
  return [
    ...call("a", "a2"),
    ...(role === "lns" ? [send("CDN", "a", { session: "a2" }), acknowledged("a")] : []),
    ...steps,
    expect("CDN", "a"),
  ];
}

/** The conversation with a device of either role. */
export const CONVERSATION: Readonly<Record<L2tpRole, Scenario>> = bothScripts((end) => ({
  name: "conversation",
  title: "A tunnel with calls, data, an error of a call and one of the tunnel",
  tunnels: ["a"],
  calls: [2],
  steps: [
    ...end.tunnel("a"),
    send("HELLO", "a"),
    ...end.call("a", "a1"),
    ...talk("a", "a1", 1),
    send("HELLO", "a"),
    acknowledged("a"),
    ...spoiltCall(end),
    send("HELLO", "a", { with: [avp(UNKNOWN)] }),
    expect("StopCCN", "a"),
  ],
}));

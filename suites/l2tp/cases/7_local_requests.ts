/** RFC 2661 §5.6, §5.7, §7.2 to §7.5: an administrator, or a client, ends a call or a tunnel. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { CALL_RULES } from "../../../peers/l2tp/rules/call.ts";
import { CONTROL_CONNECTION_RULES } from "../../../peers/l2tp/rules/control_connection.ts";
import { expect } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { Attribute, number16 } from "../facts/message.ts";
import { type Part, section } from "./bench.ts";
import { both } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";

const { CDN, StopCCN } = MessageType;

const PARTS: readonly Part[] = both(({ tunnel, call }) => ({
  name: "sessions/local_requests",
  title: "A call that is hung up ends with a CDN, and a tunnel that is closed with a StopCCN",
  covers: ["L2TP-132"],
  // The instructions are about the first tunnel.
  witness: false,
  steps: [
    ...tunnel("a"),
    ...call("a", "a1"),
    { do: "mark", event: "first" },
    expect("CDN", "a"),
    { do: "mark", event: "second" },
    expect("StopCCN", "a"),
  ],
  async run(driver) {
    await driver.event("tester", "first", 60_000);
    await driver.instruct("device", { kind: "hang_up" });
    await driver.event("tester", "second", 60_000);
    await driver.instruct("device", { kind: "close_tunnel" });
  },
  stimulus: (c) =>
    c.wasInstructed("hang_up") && c.wasInstructed("close_tunnel")
      ? c.needsCall("a", "a1") ?? { up: c.callUpWith("a", "a1")! }
      : inconclusive("the device was not instructed to end a call and a tunnel"),
  judge(c, { up }) {
    const cdn = c.got("a", CDN)[0], stop = c.got("a", StopCCN)[0];
    return gravest(
      cdn === undefined
        ? fail("a CDN for the call that was hung up", "there is none", frameRefs(up))
        : cdn.sessionId === c.sessionId("a1")
        ? undefined
        : fail(
          `a CDN to ${c.sessionName("a1")}`,
          `one to Session ID ${cdn.sessionId}`,
          frameRefs(up, cdn),
        ),
      stop === undefined
        ? fail("a StopCCN for the tunnel that was closed", "there is none", frameRefs(up, cdn))
        : number16(stop, Attribute.assignedTunnel) === c.tunnel("a").deviceId
        ? undefined
        : fail("a StopCCN that names the tunnel", "one of another", frameRefs(up, stop)),
    );
  },
}));

const MUTANTS = [
  ...mutantOfBoth("hangs_up_silently", "Ends a call of its own accord without a CDN", "L2TP-132", {
    l2tp: {
      callTransition(table, state, event) {
        const known = CALL_RULES.callTransition(table, state, event);
        return known !== undefined && event === "close" && state === "established"
          ? { ...known, actions: ["clean_up"] }
          : known;
      },
    },
  }, ["L2TP-018"]),
  ...mutantOfBoth(
    "closes_silently",
    "Ends a tunnel of its own accord without a StopCCN",
    "L2TP-132",
    {
      l2tp: {
        controlTransition(state, event) {
          const known = CONTROL_CONNECTION_RULES.controlTransition(state, event);
          return known !== undefined && event === "close" && state === "established"
            ? { ...known, actions: ["clean_up"] }
            : known;
        },
      },
      // A message that nobody may pass over clears a tunnel in the same way.
    },
    ["L2TP-014", "L2TP-017", "L2TP-019", "L2TP-020", "L2TP-051", "L2TP-131"],
  ),
];

/** §7, local requests. */
export const LOCAL_REQUESTS = section("§7.2 to §7.5 Local requests", PARTS, { mutants: MUTANTS });

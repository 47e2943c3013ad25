import { deepStrictEqual, strictEqual } from "node:assert";
import { profileSchema } from "../../kit/profile.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { ControlMessage } from "./message.ts";
import { Remnants } from "./remnants.ts";

const { SCCRQ, SCCRP, SCCCN, HELLO, StopCCN } = MessageType;

/** Who assigned which Tunnel ID, and to which a message goes; all as the fields of messages. */
const message = (
  from: string,
  to: string,
  { assigns = -1, ...header }:
    & { assigns?: number }
    & Partial<Pick<ControlMessage, "type" | "tunnelId" | "ns" | "nr">>,
) => {
  const body = { number16: () => assigns };
  const none = { place: "wan", type: 0, tunnelId: 0, ns: 0, nr: 0 };
  return { from, to, ...none, ...header, body } as unknown as ControlMessage;
};

function remnants(attach: unknown) {
  const profile = profileSchema.parse({ name: "x", roles: ["lns"], attach });
  const ours = profileSchema.parse({ name: "y", roles: ["tester"], attach: { kind: "reference" } });
  return new Remnants({
    world: "netns",
    nodes: {
      box: { role: "lns", config: {}, profile },
      tester: { role: "tester", config: {}, profile: ours },
    },
  });
}

const CONVERSATION = [
  message("box", "tester", { type: StopCCN, tunnelId: 77, assigns: 5 }),
  message("tester", "box", { type: SCCRQ, assigns: 300 }),
  message("box", "tester", { tunnelId: 77 }),
  message("box", "tester", { type: SCCRP, tunnelId: 300, assigns: 6 }),
  message("tester", "box", { tunnelId: 6 }),
  message("box", "tester", { tunnelId: 0 }),
];

Deno.test("what a lasting device sends to Tunnel IDs of before is of conversations before", () => {
  const cable = remnants({ kind: "interface", cables: { wan0: "eth1" } });
  deepStrictEqual(CONVERSATION.map((one) => cable.has(one)), [
    true,
    false,
    true,
    false,
    false,
    false,
  ]);
  strictEqual(cable.confused, undefined);
});

Deno.test("a lasting device that knows a Tunnel ID of before is seen to take one conversation for the other", () => {
  const sccrq = message("tester", "box", { type: SCCRQ, assigns: 300 });
  const sccrp = message("tester", "box", { type: SCCRP, assigns: 300, tunnelId: 6 });
  const to300 = (header: Partial<ControlMessage>) =>
    message("box", "tester", { ...header, tunnelId: 300 });
  const conversations: [ControlMessage[], boolean][] = [
    [[sccrq, to300({ type: SCCRP, nr: 1 }), to300({ type: HELLO, ns: 5, nr: 9 })], false],
    [[sccrq, to300({ nr: 1 }), to300({ type: SCCRP, nr: 1 })], false],
    // Wrong as its number is, it is of this conversation.
    [[sccrq, to300({ type: SCCRP, ns: 4, nr: 1 })], false],
    [[sccrq, to300({ type: StopCCN, nr: 1 })], false],
    [[sccrp, to300({ type: SCCCN, ns: 1, nr: 1 })], false],
    [[sccrq, to300({ ns: 1, nr: 3 })], true],
    [[sccrq, to300({ type: StopCCN, ns: 6, nr: 9 })], true],
    [[sccrq, to300({ nr: 9 })], true],
    [[sccrp, to300({ type: HELLO, ns: 7, nr: 3 })], true],
    [[to300({ type: HELLO, ns: 1, nr: 2 }), sccrq, to300({ type: SCCRP, nr: 1 })], true],
  ];
  for (const [messages, isConfused] of conversations) {
    const cable = remnants({ kind: "interface", cables: { wan0: "eth1" } });
    for (const one of messages) cable.has(one);
    strictEqual(cable.confused !== undefined, isConfused, JSON.stringify(messages));
    const program = remnants({ kind: "process", command: ["x"] });
    for (const one of messages) program.has(one);
    strictEqual(program.confused, undefined);
  }
});

Deno.test("a device that is started anew has no conversations before: a wrong Tunnel ID is its own", () => {
  const program = remnants({ kind: "process", command: ["x"] });
  strictEqual(CONVERSATION.some((one) => program.has(one)), false);
});

Deno.test("where a peer assigned an identifier that cannot be read, nothing is taken for one of before", () => {
  const cable = remnants({ kind: "interface", cables: { wan0: "eth1" } });
  strictEqual(cable.has(message("tester", "box", { type: SCCRQ })), false);
  strictEqual(cable.has(message("box", "tester", { type: SCCRP, tunnelId: 9 })), false);
});

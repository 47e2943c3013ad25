import { deepStrictEqual, strictEqual } from "node:assert";
import { profileSchema } from "../../kit/profile.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { ControlMessage } from "./message.ts";
import { Remnants } from "./remnants.ts";

const { SCCRQ, SCCRP, StopCCN } = MessageType;

/** Who assigned which Tunnel ID, and to which a message goes; all as the fields of messages. */
const message = (
  from: string,
  to: string,
  { type = 0, tunnelId = 0, assigns = -1 }: { type?: number; tunnelId?: number; assigns?: number },
) => {
  const body = { number16: () => assigns };
  return { from, to, place: "wan", type, tunnelId, body } as unknown as ControlMessage;
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

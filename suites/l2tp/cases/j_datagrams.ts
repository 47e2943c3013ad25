/** Cases of both roles for the datagrams that carry L2TP (§8.1, group J). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case, Role } from "../cases.ts";
import { all, fail, inconclusive, pass, refs, told } from "../checks/conversation.ts";
import { accept, avp, type More, open, probe } from "../../../peers/testing/l2tp_tester/steps.ts";
import { calls } from "./ends.ts";

const { SCCRP, SCCCN, ICRP, ICRQ } = MessageType;
const VENDOR_NAME = 8, RANDOM_VECTOR = 36;

const checksums = (role: Role): Case => ({
  name: "transport/checksums",
  title: "Control and data messages have UDP checksums",
  covers: ["L2TP-094"],
  role,
  on: ["conversation"],
  judge(c) {
    const called = c.got("a", role === "lac" ? ICRQ : ICRP)[0], flow = c.flow("a", "a1");
    if (called === undefined || flow === undefined) {
      return inconclusive("the device sent no call with data");
    }
    const bare = c.device.find(({ checksum }) => checksum === 0);
    return all(
      bare && fail("a UDP checksum", `${told(bare)} without one`, refs(bare)),
      flow.withoutChecksum > 0
        ? fail(
          "UDP checksums of data",
          `${flow.withoutChecksum} of ${flow.packets} data messages without one`,
          [flow.first, flow.last],
        )
        : undefined,
    );
  },
});

/** A Vendor Name and a Random Vector of all the octets that an AVP can hold: more than fit a frame. */
const LONG: More = {
  with: [avp(VENDOR_NAME, "61".repeat(1017), { m: false }), avp(RANDOM_VECTOR, "62".repeat(1017))],
};

const fragments = (role: Role): Case => ({
  name: "transport/fragments",
  title: "A message that introduces a peer is answered when it comes in fragments",
  covers: ["L2TP-030"],
  role,
  ...(role === "lac" ? { config: calls(1, 2) } : {}),
  steps: role === "lac" ? [...accept("a", LONG), ...accept("b")] : [...open("a", LONG), ...probe()],
  judge(c) {
    const first = [...c.wire.fragments].flatMap(([from, frames]) =>
      from === c.device[0]?.from ? [] : frames
    );
    if (first.length === 0) return inconclusive("nothing came in fragments");
    if (c.got("a", role === "lac" ? SCCCN : SCCRP).length > 0) return pass;
    return c.needs(role === "lac" ? "b" : "probe") ??
      fail("an answer to what came in fragments", "there is none", first);
  },
});

/** The cases of both roles. */
export const DATAGRAMS: readonly Case[] = [
  ...(["lns", "lac"] as const).flatMap((role) => [checksums(role), fragments(role)]),
];

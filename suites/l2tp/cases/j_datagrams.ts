/** Cases of both roles for the datagrams that carry L2TP (§8.1, group J). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case, Role } from "../cases.ts";
import { all, fail, inconclusive, refs, told } from "../checks/conversation.ts";

const { ICRP, ICRQ } = MessageType;

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

/** The cases of both roles. */
export const DATAGRAMS: readonly Case[] = [checksums("lns"), checksums("lac")];

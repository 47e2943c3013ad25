/** Cases of group B about what a device sends: the AVPs of its messages, their bits and their values. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, number16, pass, refs, valueOf } from "../checks/conversation.ts";
import { carries } from "../checks/messages.ts";
import { bitsFault, lint, missingOf, typeFault } from "../checks/lint.ts";
import { accept, answered, avp, take, text } from "../../../peers/testing/l2tp_tester/steps.ts";
import { both, probed } from "./ends.ts";

const { ICCN } = MessageType;
const HOST_NAME = 7, PROXY_AUTHEN_ID = 32;
const NAMES = ["61", "61".repeat(1017), ""];

/** The cases of this group. */
export const SENT: readonly Case[] = [
  ...both(() => ({
    name: "avps/message_type_first",
    title: "The Message Type comes first",
    covers: ["L2TP-012"],
    on: ["conversation"],
    judge: (c) =>
      c.needs("a") ??
        lint(c.device, "a Message Type first", (m) => m.type === -1 ? "it is not" : undefined),
  })),
  ...both(({ accepting, begin, opening, probe }) => ({
    name: "avps/message_type_elsewhere",
    title: "A message that begins with another AVP opens no tunnel",
    covers: ["L2TP-023"],
    steps: [
      ...begin("a", {
        avps: [
          ...[avp(HOST_NAME, text("tester")), avp(0, opening.toString(16).padStart(4, "0"))],
          ...[avp(2, "0100"), avp(3, "00000003"), avp(9, "5a31")],
        ],
      }),
      answered("a", 500),
      ...probe(),
    ],
    judge: (c) =>
      all(
        probed(c),
        c.never(
          c.stimulus((m) => m.type === -1),
          "no tunnel for such a message",
          (m) => m.type === accepting,
          c.sent("probe", opening)[0]?.time,
        ),
      ),
  })),
  ...both(() => ({
    name: "avps/message_type_bits",
    title: "The Message Type is mandatory, not hidden, and 8 octets long",
    covers: ["L2TP-013"],
    on: ["conversation"],
    judge: (c) => c.needs("a") ?? lint(c.device, "M set, H clear, length 8", typeFault),
  })),
  ...both(() => ({
    name: "avps/required",
    title: "Every message has the AVPs that must be present",
    covers: ["L2TP-024"],
    on: ["conversation"],
    judge: (c) => c.needs("a") ?? lint(c.device, "every AVP that must be present", missingOf),
  })),
  ...both(() => ({
    name: "avps/bits",
    title: "Every AVP has the M and H bits of its definition",
    covers: ["L2TP-026"],
    on: ["conversation"],
    judge: (c) => c.needs("a") ?? lint(c.device, "the M and H bits of RFC 2661", bitsFault),
  })),
  {
    name: "avps/reserved_fields",
    title: "The reserved octet of a Proxy Authen ID is zero",
    covers: ["L2TP-028"],
    role: "lac",
    config: {
      calls: [{ name: "call", proxy: "chap", ppp: { name: "user", password: "secret" } }],
    },
    steps: [...accept("a"), ...take("a", "a1")],
    judge(c) {
      const iccn = c.got("a", ICCN, carries(PROXY_AUTHEN_ID))[0];
      if (iccn === undefined) return inconclusive("no Proxy Authen ID was captured");
      const value = number16(iccn, PROXY_AUTHEN_ID);
      return value >= 0 && value < 256
        ? pass
        : fail("a reserved octet of 0", `${value >> 8}`, refs(iccn));
    },
  },
  ...both(({ role, begin, tunnel, probe, assigning }) => ({
    name: "avps/host_name",
    title: "Host names of 1 and of 1017 octets are accepted, and none that is empty is sent",
    covers: ["L2TP-027"],
    calls: [1, 3],
    steps: [
      ...NAMES.flatMap((name, i) =>
        (name === "" ? begin : tunnel)("abc"[i], {
          without: [HOST_NAME],
          with: [avp(HOST_NAME, name)],
        })
      ),
      answered("c", 500),
      ...probe(),
    ],
    judge(c) {
      const own = c.device.filter(({ type }) => type === assigning);
      if (role === "lac" && own.length < 3) return inconclusive("not three SCCRQs were captured");
      return all(
        probed(c),
        c.alive("a"),
        c.alive("b"),
        lint(
          own,
          "a host name of at least one octet",
          (m) => (valueOf(m, HOST_NAME)?.length ?? 0) > 0 ? undefined : "it is empty",
        ),
      );
    },
  })),
  ...both(({ accepting }) => ({
    name: "avps/empty_host_name",
    title: "An empty host name opens no tunnel",
    covers: ["L2TP-023"],
    on: ["avps/host_name"],
    judge(c) {
      const empty = c.stimulus((m) => valueOf(m, HOST_NAME)?.length === 0);
      if (empty === undefined) return inconclusive("the stimulus was not captured");
      const bad = c.got("c", accepting)[0];
      return all(
        c.needs("a"),
        bad && fail("no tunnel for an empty host name", "there is one", refs(empty, bad)),
      );
    },
  })),
];

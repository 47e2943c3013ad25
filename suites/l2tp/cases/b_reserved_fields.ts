/** Cases of both roles for fields within AVPs that are reserved (§6.0, group B). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16, get32 } from "../../../captures/wire/octets.ts";
import type { Case } from "../cases.ts";
import {
  carries,
  fail,
  inconclusive,
  pass,
  refs,
  type Step,
  told,
} from "../checks/conversation.ts";
import type { ControlMessage } from "../facts/wire.ts";
import { accept, call, expect, open, take } from "../../../peers/testing/l2tp_tester/steps.ts";
import { calls } from "./ends.ts";

const { SLI, WEN } = MessageType;
const CALL_ERRORS = 34, ACCM = 35;

/** What of a value is reserved, by attribute; 0 is what must be there. */
const RESERVED: Readonly<Record<number, (value: Uint8Array) => number>> = {
  // Framing and bearer, as capabilities and as types: all bits but the two that are defined.
  ...Object.fromEntries(
    [3, 4, 18, 19].map((type) => [type, (v) => v.length < 4 ? 0 : get32(v, 0) & ~3]),
  ),
  // Proxy Authen ID: the first octet; Call Errors and ACCM: the first two.
  32: (value) => value[0] ?? 0,
  [CALL_ERRORS]: (value) => value.length < 2 ? 0 : get16(value, 0),
  [ACCM]: (value) => value.length < 2 ? 0 : get16(value, 0),
};

/** Fails at the first message with a reserved field that is not zero. */
function allZero(messages: readonly ControlMessage[]): Step {
  for (const message of messages) {
    for (const { vendor, hidden, type, value } of message.avps) {
      const found = vendor === 0 && !hidden ? RESERVED[type]?.(value) ?? 0 : 0;
      if (found === 0) continue;
      return fail(
        `reserved fields of attribute ${type} of 0`,
        `${told(message)} with ${value.toHex()}`,
        refs(message),
      );
    }
  }
  return undefined;
}

const capabilities = (role: "lac" | "lns"): Case => ({
  name: "avps/reserved_capabilities",
  title: "The reserved bits of what is sent about framing and bearers are zero",
  covers: ["L2TP-028"],
  role,
  on: ["conversation"],
  judge(c) {
    if (!c.device.some(carries(3))) return inconclusive("no Framing Capabilities were captured");
    return c.needs("a") ?? allZero(c.device) ?? pass;
  },
});

/** The cases of both roles. */
export const RESERVED_FIELDS: readonly Case[] = [
  capabilities("lns"),
  capabilities("lac"),
  {
    name: "avps/reserved_fields",
    title: "The reserved octets of the ACCM that an SLI tells are zero",
    covers: ["L2TP-028"],
    role: "lns",
    needs: ["set_link_info"],
    config: { setLinkInfo: true },
    steps: [
      ...open("a"),
      ...call("a", "a1"),
      { do: "lcp", tunnel: "a", session: "a1" },
      expect("SLI", "a"),
    ],
    judge(c) {
      if (c.got("a", SLI, carries(ACCM)).length === 0) return inconclusive("no SLI was captured");
      return c.needsCall("a", "a1") ?? allZero(c.got("a", SLI)) ?? pass;
    },
  },
  {
    name: "avps/reserved_call_errors",
    title: "The reserved octets of the Call Errors that a WEN tells are zero",
    covers: ["L2TP-028"],
    role: "lac",
    needs: ["wan_errors"],
    config: calls(1),
    steps: [
      ...accept("a"),
      ...take("a", "a1"),
      { do: "mark", event: "connected" },
      expect("WEN", "a"),
    ],
    async run(driver) {
      await driver.event("tester", "connected", 30_000);
      await driver.instruct("device", { kind: "wen", crcErrors: 7 });
    },
    judge(c) {
      const told = c.got("a", WEN, carries(CALL_ERRORS));
      if (told.length === 0) return inconclusive("no WEN was captured");
      return c.needsCall("a", "a1") ?? allZero(told) ?? pass;
    },
  },
];

/** Cases of group C: hidden AVP values. */
import type { Case } from "../cases.ts";
import { all, type Conversations, fail, inconclusive, refs } from "../checks/conversation.ts";
import { Attribute } from "../checks/messages.ts";
import type { AvpInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { TUNNELS } from "../../../peers/testing/l2tp_tester/script.ts";
import { answered, avp } from "../../../peers/testing/l2tp_tester/steps.ts";
import { both, type End, takesPart } from "./ends.ts";

const SECRET = "plumb bob";
const { assignedTunnel, window, randomVector } = Attribute;
const NAMES = ["a", "b", "c"] as const;
const SHARED = { secret: SECRET, authenticate: false };
/** Padding of a hidden value: none, up to the first 16 octets, and beyond. */
const PADDINGS = ["", "aa".repeat(11), "aa".repeat(28)];

/** The tester's Tunnel ID, hidden. */
function hiddenId(tunnel: typeof NAMES[number], vector: string, padding = ""): AvpInput {
  const value = TUNNELS[tunnel].toString(16);
  return avp(assignedTunnel, value, { hide: { secret: SECRET, vector, padding } });
}

/** Fails unless the device goes on with each tunnel, whose identifier it had to recover. */
function recovered(c: Conversations, { opening, accepting }: End, names: typeof NAMES[number][]) {
  const sent = c.tester.filter(({ type }) => type === opening);
  if (sent.length < names.length) return inconclusive("not every hidden identifier was captured");
  const missing = names.findIndex((name) => c.got(name, accepting).length === 0);
  if (missing < 0) return undefined;
  const answers = c.device.filter((m) => m.time >= sent[missing].time).slice(0, 2);
  return fail(
    `an answer to the hidden Tunnel ID of tunnel ${names[missing]}`,
    "there is none",
    refs(sent[missing], ...answers),
  );
}

/** The cases of this group. */
export const HIDING_CASES: readonly Case[] = [
  ...both(({ tunnel, assigning }) => ({
    name: "hiding/vector_first",
    title: "A Random Vector stands before every hidden AVP",
    covers: ["L2TP-031"],
    needs: ["hiding"],
    config: { ...SHARED, hide: ["vendorName", "framingCapabilities"] },
    steps: tunnel("a"),
    judge(c) {
      const message = c.device.find(({ type }) => type === assigning);
      if (message === undefined) return inconclusive("the device opened no tunnel");
      const hidden = message.avps.findIndex((a) => a.hidden);
      const vector = message.avps.findIndex((a) => a.type === randomVector && !a.hidden);
      if (hidden < 0) return inconclusive("nothing was hidden");
      return all(
        vector >= 0 && vector < hidden ? undefined : fail(
          "a Random Vector before the first hidden AVP",
          vector < 0 ? "there is none" : "it comes later",
          refs(message),
        ),
        c.alive("a"),
      );
    },
  })),
  ...both(({ tunnel }) => ({
    name: "hiding/only_with_secret",
    title: "Nothing is hidden where no secret is shared",
    covers: ["L2TP-031"],
    needs: ["hiding"],
    config: { hide: "all" },
    steps: tunnel("a"),
    judge(c) {
      const hidden = c.device.find(({ avps }) => avps.some((a) => a.hidden));
      return all(
        c.needs("a"),
        hidden && fail("nothing hidden", "there is a hidden AVP", refs(hidden)),
      );
    },
  })),
  ...both((end) => ({
    name: "hiding/unhidden",
    title: "A hidden Tunnel ID is recovered with and without padding, and used",
    covers: ["L2TP-032"],
    needs: ["hiding"],
    calls: [1, 3],
    config: SHARED,
    steps: PADDINGS.flatMap((padding, i) => {
      const vector = "0123456789abcdef";
      return end.tunnel(NAMES[i], {
        without: [assignedTunnel],
        with: [avp(randomVector, vector), hiddenId(NAMES[i], vector, padding)],
      });
    }),
    judge: (c) => all(takesPart(c), recovered(c, end, [...NAMES])),
  })),
  ...both((end) => ({
    name: "hiding/nearest_vector",
    title: "Of two Random Vectors the nearest before a hidden AVP applies",
    covers: ["L2TP-033"],
    needs: ["hiding"],
    config: SHARED,
    steps: [
      ...end.begin("a", {
        without: [assignedTunnel, window],
        with: [
          avp(randomVector, "0011"),
          avp(window, "0004"),
          avp(randomVector, "2233445566"),
          hiddenId("a", "2233445566"),
        ],
      }),
      answered("a"),
    ],
    judge: (c) => all(takesPart(c), recovered(c, end, ["a"])),
  })),
];

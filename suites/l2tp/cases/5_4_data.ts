/** RFC 2661 §5.0, §5.4: when data passes, and its sequence numbers. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import {
  acknowledged,
  avp,
  expect,
  lcp,
  send,
  talk,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { Attribute, carries } from "../facts/message.ts";
import { kit } from "../vocabulary.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { numberedRequest } from "./data_steps.ts";
import { both, ENDS } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";

const { CDN, ICCN } = MessageType;
/** Milliseconds in which a device may still send data of a call that has ended. */
const LATE = 1000;
/** Milliseconds by which data that was sent behind the ICCN may overtake it. */
const EARLY = 50;

const PARTS: readonly Part[] = [
  ...both(({ role, tunnel }) => ({
    name: "data/only_while_established",
    title: "No data passes before the ICCN and after the CDN",
    covers: ["L2TP-090"],
    steps: [
      ...tunnel("a"),
      ...(role === "lns" ? [send("ICRQ", "a", { session: "a1" })] : []),
      expect(role === "lns" ? "ICRP" : "ICRQ", "a"),
      lcp("a", "a1", 1),
      wait(200),
      send(role === "lns" ? "ICCN" : "ICRP", "a", { session: "a1" }),
      ...(role === "lns" ? [acknowledged("a")] : [expect("ICCN", "a")]),
      ...talk("a", "a1", 2),
      send("CDN", "a", { session: "a1" }),
      acknowledged("a"),
      wait(LATE),
      lcp("a", "a1", 3),
      // PPP that goes on says so again within three seconds.
      wait(3500),
    ],
    stimulus(c) {
      const iccn = (role === "lns" ? c.sent("a", ICCN) : c.got("a", ICCN))[0];
      const cdn = c.sent("a", CDN)[0], data = c.dataFromDevice("a", "a1");
      const early = c.lcpRequest(1), late = c.lcpRequest(3);
      if (iccn === undefined || cdn === undefined || data.length === 0) {
        return c.needs("a") ?? inconclusive("no call with data that the tester ended was captured");
      }
      return early === undefined || late === undefined || !isAfter(iccn, early) ||
          !isAfter(late, cdn)
        ? inconclusive("no data of the tester was captured before the ICCN and after the CDN")
        : { iccn, cdn, data };
    },
    judge(c, { iccn, cdn, data }) {
      const late = data.find((m) => (m.time - cdn.time) * 1000 > LATE + c.tolerance);
      return gravest(
        c.ignoresLcp("a", "a1", 1),
        c.answersLcp("a", "a1", 2),
        c.ignoresLcp("a", "a1", 3),
        (iccn.time - data[0].time) * 1000 > EARLY
          ? fail(
            "no data before the call is established",
            "there is some",
            frameRefs(data[0], iccn),
          )
          : undefined,
        late && fail("no data after the CDN", "there is some", frameRefs(cdn, late)),
      );
    },
  })),
  ...both(({ role, tunnel, call }) => ({
    name: "data/sequencing_required",
    title: role === "lns"
      ? "With Sequencing Required in the ICCN every data message is numbered"
      : "A LAC that demands sequencing in its ICCN numbers every data message",
    covers: ["L2TP-087"],
    needs: ["sequencing"],
    config: role === "lac" ? { calls: [{ name: "call", sequencingRequired: true }] } : {},
    steps: [
      ...tunnel("a"),
      ...call("a", "a1", {}, { with: [avp(Attribute.sequencingRequired)] }),
      { do: "data_from", session: "a1" },
      ...[...numberedRequest(1, 0), ...numberedRequest(2, 1)],
      // A LAC goes on numbering whatever the LNS does.
      ...(role === "lac" ? talk("a", "a1", 3) : numberedRequest(3, 2)),
    ],
    stimulus(c) {
      const demands = carries(Attribute.sequencingRequired);
      const iccn = (role === "lns" ? c.sent("a", ICCN, demands) : c.got("a", ICCN, demands))[0];
      const data = c.dataFromDevice("a", "a1");
      return c.needsCall("a", "a1") ??
        (iccn === undefined
          ? inconclusive("no ICCN with Sequencing Required was captured")
          : c.needsLcp(1, 2, 3) ?? c.speaks("a", "a1") ?? { iccn, data });
    },
    judge(c, { iccn, data }) {
      const plain = data.filter(({ ns }) => ns < 0);
      return gravest(
        c.answersLcp("a", "a1", 1, 2, 3),
        plain.length === 0 ? undefined : fail(
          `${data.length} numbered data messages`,
          `${data.length - plain.length}`,
          frameRefs(iccn, plain[0]),
        ),
      );
    },
  })),
  benchCase({
    name: "data/follows_sequencing",
    title: "The LAC begins and stops to number its data as the LNS does",
    covers: ["L2TP-088"],
    role: "lac",
    needs: ["sequencing"],
    config: ENDS.lac.config(1),
    steps: [
      ...ENDS.lac.tunnel("a"),
      ...ENDS.lac.call("a", "a1"),
      ...[...talk("a", "a1", 1), ...numberedRequest(2, 0)],
      ...[...talk("a", "a1", 3), ...numberedRequest(4, 1)],
    ],
    stimulus(c) {
      const asked = [1, 2, 3, 4].map((id) => c.lcpRequest(id));
      const answers = [1, 2, 3, 4].flatMap((id) => c.lcpAnswer("a", "a1", id) ?? []);
      const isInTurn = asked.every((m, i) => m !== undefined && (m.ns >= 0) === (i % 2 === 1));
      const demands = c.got("a", ICCN, carries(Attribute.sequencingRequired)).length > 0;
      return c.needsCall("a", "a1") ??
        (isInTurn && !demands
          ? answers.length < 4 ? inconclusive("not every LCP request was answered") : answers
          : inconclusive("the tester did not begin, stop and begin again to number its data"));
    },
    judge(_, answers) {
      const is = answers.map(({ ns }) => ns >= 0 ? "numbered" : "plain").join(", ");
      const wanted = "plain, numbered, plain, numbered";
      const words = "numbers that go on where they left off";
      return gravest(
        is === wanted ? undefined : fail(wanted, is, frameRefs(...answers)),
        is !== wanted || answers[3].ns > answers[1].ns
          ? undefined
          : fail(words, `${answers[3].ns}`, frameRefs(answers[1], answers[3])),
      );
    },
  }),
];

const MUTANTS = [
  ...mutantOfBoth("unnumbered", "Does not number data though it must", "L2TP-087", {
    l2tp: { numbersData: () => false, keepsToSequencingRequired: false },
  }, { lac: ["L2TP-088"] }),
  mutant("lac", "own_numbering", "Numbers data as it likes", "L2TP-088", {
    l2tp: { sequencingAfter: (now) => now },
  }),
  ...mutantOfBoth("data_after_disconnect", "Goes on with data after a CDN", "L2TP-090", {
    l2tp: {
      callTransition: (table, state, event) => event === "cdn" ? undefined : table[state][event],
    },
    // A CDN does not end its call, whatever it carries or lacks.
  }, ["L2TP-029", "L2TP-076", "L2TP-078", "L2TP-081", "L2TP-084", "L2TP-127"]),
];

/** Octets of a Configure-Ack without options, behind FF 03 C0 21, and of an MRU of 1500. */
const BARE_ACK = 4, MRU = [1, 4, 5, 0xdc];

/** Asks for an MRU in the place of an acknowledgement of no options: RFC 1661 §5.3 lets it. */
function asksForMru(frame: Uint8Array): Uint8Array {
  const [ff, ui, high, low, code, id] = frame;
  const isAck = ff === 0xff && ui === 3 && high === 0xc0 && low === 0x21 && code === 2;
  if (!isAck || frame.length !== 4 + BARE_ACK) return frame;
  return Uint8Array.of(0xff, 3, 0xc0, 0x21, 3, id, 0, BARE_ACK + MRU.length, ...MRU);
}

const LEGAL_VARIANTS = (["lac", "lns"] as const).map((role) =>
  kit.legalVariant({
    role,
    name: "asks_for_mru",
    title: "Answers an LCP request without options by a Nak that asks for an MRU",
    source: "RFC 1661 §5.3",
    rules: { l2tp: { leavingFrame: asksForMru } },
  })
);

/** §5.0 and §5.4. */
export const DATA = section("§5.4 Using Sequence Numbers on the Data Channel", PARTS, {
  mutants: MUTANTS,
  legalVariants: LEGAL_VARIANTS,
});

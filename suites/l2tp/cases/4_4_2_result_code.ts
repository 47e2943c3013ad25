/** RFC 2661 §4.4.2: results and errors, as they are understood and as they are told. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { avpsOf } from "../../../peers/testing/l2tp_packets.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  avp,
  expect,
  open,
  probe,
  send,
  text,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, type Inconclusive, inconclusive } from "../../kit/verdict.ts";
import { type Conversation, seen } from "../facts/conversation.ts";
import { Attribute, type ControlMessage, hasResult, valueOf } from "../facts/message.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { allEnded, CALLS, endedOneByOne, needsThreeCalls, outcome } from "./endings.ts";
import { both } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { ends, loses } from "./packets.ts";

const { SCCRQ, SCCRP, StopCCN, CDN } = MessageType;
/** Results of a CDN: alone, with an error, with a message; and the same of a StopCCN. */
const REASON = "why ".repeat(100);
const OF_CALL = ["0003", "00020006", "00020006" + text(REASON)];
const OF_TUNNEL = ["0001", "00020006", "00020006" + text(REASON)];
const LENGTHS = [2, 4, 4 + REASON.length];
/** Results that any_result sends: reserved, one that nobody knows, an error that nobody knows. */
const RESULTS = ["0000", "0063", "00020063"];
const TUNNELS = ["a", "b", "c"] as const;
const REFUSED = [send("SCCRQ", "b"), expect("StopCCN", "b")];

/** Ends tunnel `a`, and opens and ends one more for each further result. */
function stops(results: readonly string[], tunnel: (name: string) => StepInput[]): StepInput[] {
  return results.flatMap((value, i) => [
    ...(i === 0 ? [] : tunnel(TUNNELS[i])),
    send("StopCCN", TUNNELS[i], outcome(value)),
    acknowledged(TUNNELS[i]),
  ]);
}

/** The CDNs on tunnel `a` whose results have one length each. */
function cdnsOfLengths(c: Conversation): ControlMessage[] {
  return LENGTHS.flatMap((length) =>
    c.sent("a", CDN, (m) => valueOf(m, Attribute.result)?.length === length).slice(0, 1)
  );
}

/** The end of the tunnel, or what was not acknowledged before. */
interface Ends {
  stop?: ControlMessage;
  lost?: ControlMessage;
}

/** The CDNs on tunnel `a` with one of the odd results each. */
function cdnsOfResults(c: Conversation): ControlMessage[] {
  return RESULTS.flatMap((value) =>
    c.sent("a", CDN, (m) => valueOf(m, Attribute.result)?.toHex() === value).slice(0, 1)
  );
}

/** The request for tunnel `b`, unless it was granted: whom it refuses is for the device to say. */
function refusedRequest(
  c: Conversation,
  test: (m: ControlMessage) => boolean = () => true,
): ControlMessage | Inconclusive {
  if (c.got("b", SCCRP).length > 0) return inconclusive("the device refused nobody");
  return seen(c.sent("b", SCCRQ, test)[0], "SCCRQ that the device was to refuse");
}

const isStranger = (m: ControlMessage) =>
  new TextDecoder().decode(valueOf(m, Attribute.hostName)) === "stranger";

/**
 * Whether a refusal tells why: by the result for just that, by "try another", or by a vendor's own
 * error in words (RFC 2661 §4.4.2).
 */
const tellsWhy = (result: number, error?: number) => (message: ControlMessage): boolean =>
  hasResult(result, error)(message) || hasResult(2, 7)(message) ||
  hasResult(2, 6)(message) && (valueOf(message, Attribute.result)?.length ?? 0) > 4;

const PARTS: readonly Part[] = [
  ...both((end) => ({
    name: "avps/result_code_lengths",
    title: "Results with and without error code and message end what they are about",
    covers: ["L2TP-029"],
    calls: [4],
    steps: [
      ...end.tunnel("a"),
      ...endedOneByOne(end, OF_CALL),
      ...stops(end.role === "lns" ? OF_TUNNEL : OF_TUNNEL.slice(2), end.tunnel),
      ...end.probe(),
    ],
    stimulus(c) {
      const cdns = cdnsOfLengths(c);
      const names = TUNNELS.slice(0, end.role === "lns" ? 3 : 1);
      const stopped = names.filter((name) => c.sent(name, StopCCN).length > 0);
      return needsThreeCalls(c) ?? c.probed() ??
        (cdns.length < LENGTHS.length || stopped.length < names.length
          ? inconclusive("not every form of result was captured")
          : { cdns, stops: names.map((name) => ({ name, message: c.sent(name, StopCCN)[0] })) });
    },
    judge: (c, { cdns, stops }) =>
      gravest(
        allEnded(c, cdns),
        ...stops.map(({ name, message }) => c.acknowledges(message, name)),
      ),
  })),
  ...both((end) => ({
    name: "sessions/any_result",
    title: "CDN and StopCCN take effect whatever their result code",
    covers: ["L2TP-081"],
    calls: [4],
    steps: [
      ...end.tunnel("a"),
      ...endedOneByOne(end, RESULTS),
      send("StopCCN", "a", outcome(RESULTS[1])),
      acknowledged("a"),
      ...end.probe(),
    ],
    stimulus(c) {
      const cdns = cdnsOfResults(c);
      const stop = c.sent("a", StopCCN, (m) => hasResult(99)(m))[0];
      // Behind one that is not acknowledged nothing more comes to pass.
      const at = cdns.findIndex((m) => c.acknowledges(m, "a") !== undefined);
      if (at >= 0) {
        const guard = c.needsCall("a", ...CALLS.slice(0, at + 1)) ?? c.probed();
        return guard ?? { cdns, lost: cdns[at] };
      }
      return needsThreeCalls(c) ?? c.probed() ??
        (cdns.length < RESULTS.length || stop === undefined
          ? inconclusive("not every odd result was captured")
          : { cdns, stop });
    },
    judge: (c, { cdns, stop, lost }: { cdns: ControlMessage[] } & Ends) =>
      lost === undefined
        ? gravest(allEnded(c, cdns), c.acknowledges(stop!, "a"))
        : c.acknowledges(lost, "a"),
  })),
  benchCase({
    name: "control/refused_host",
    title: "A host that may have no tunnel is refused with a result that tells why",
    covers: ["L2TP-051"],
    role: "lns",
    config: { refusedHosts: ["stranger"] },
    steps: [
      send("SCCRQ", "b", {
        without: [Attribute.hostName],
        with: [avp(Attribute.hostName, text("stranger"))],
      }),
      expect("StopCCN", "b"),
      ...probe(),
    ],
    stimulus: (c) => c.needs("probe") ?? refusedRequest(c, isStranger),
    judge: (c, request) => c.replies(request, "b", StopCCN, "a StopCCN with result 4", tellsWhy(4)),
  }),
  benchCase({
    name: "control/no_room",
    title: "A tunnel beyond the limit is refused with a result that tells why",
    covers: ["L2TP-051"],
    role: "lns",
    config: { tunnelLimit: 1 },
    witness: false,
    steps: [...open("a"), ...REFUSED, send("HELLO", "a"), acknowledged("a")],
    stimulus: (c) =>
      c.setting("tunnelLimit") !== 1
        ? inconclusive("the device was not told to have one tunnel alone")
        : c.needs("a") ?? refusedRequest(c),
    judge(c, request) {
      const hello = c.sent("a", MessageType.HELLO)[0];
      const words = "a StopCCN with result 2 and error 4";
      return gravest(
        c.replies(request, "b", StopCCN, words, tellsWhy(2, 4)),
        hello && c.acknowledges(hello, "a"),
      );
    },
  }),
  benchCase({
    name: "control/shutting_down",
    title: "An LNS that is being shut down ends its tunnels, and refuses others and tells why",
    covers: ["L2TP-051"],
    role: "lns",
    steps: [...open("a"), { do: "mark", event: "up" }, expect("StopCCN", "a", 5000), ...REFUSED],
    async run(driver) {
      await driver.event("tester", "up", 30_000);
      await driver.instruct("device", { kind: "shutdown" });
    },
    stimulus: (c) =>
      c.wasInstructed("shutdown") ? c.needs("a") ?? refusedRequest(c) : inconclusive(
        "the device was not instructed to shut down",
      ),
    judge(c, request) {
      const stop = c.got("a", StopCCN);
      return gravest(
        stop.length > 0 ? undefined : fail("a StopCCN", "there is none", frameRefs(request)),
        c.replies(request, "b", StopCCN, "a StopCCN with result 6", tellsWhy(6)),
      );
    },
  }),
];

const MUTANTS = [
  ...mutantOfBoth(
    "no_error_message",
    "Loses a result that comes with a message",
    "L2TP-029",
    loses((packet) =>
      ends(packet) && avpsOf(packet).some((record) => record.type === 1 && record.value.length > 4)
    ),
    ["L2TP-090"],
  ),
  ...mutantOfBoth(
    "short_error_messages",
    "Loses a result whose message has more than 255 octets",
    "L2TP-029",
    loses((packet) =>
      ends(packet) &&
      avpsOf(packet).some((record) => record.type === 1 && record.value.length > 259)
    ),
    ["L2TP-090"],
  ),
  ...mutantOfBoth(
    "known_results_only",
    "Loses a CDN or StopCCN with a result above 11",
    "L2TP-081",
    loses((packet) =>
      ends(packet) &&
      avpsOf(packet).some((record) => record.type === 1 && get16(record.value, 0) > 11)
    ),
    ["L2TP-090"],
  ),
  ...mutantOfBoth(
    "known_errors_only",
    "Loses a CDN or StopCCN with an error above 8",
    "L2TP-081",
    loses((packet) =>
      ends(packet) &&
      avpsOf(packet).some(({ type, value }) =>
        type === 1 && value.length > 3 && get16(value, 2) > 8
      )
    ),
    ["L2TP-090"],
  ),
  mutant("lns", "tells_no_reason", "Refuses tunnels without telling why", "L2TP-051", {
    l2tp: {
      hostFault: { result: 1 },
      resourceFault: { result: 1 },
      shutdownFault: { result: 1 },
    },
  }),
];

/** §4.4.2. */
export const RESULT_CODES = section("§4.4.2 Result and Error Codes", PARTS, { mutants: MUTANTS });

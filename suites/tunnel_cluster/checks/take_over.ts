/** Checks of group J: the master fails. */
import type { Evidence } from "../../kit/evidence.ts";
import { judgeLimit, toleranceOf } from "../../kit/lateness.ts";
import { tooLateToTell } from "../../kit/verdict.ts";
import type { L2tpPacket } from "../facts/packets.ts";
import {
  ADDRESS,
  all,
  clusterCheck,
  configOf,
  ENDPOINTS,
  fail,
  globalAddress,
  inconclusive,
  localAddress,
  pass,
  refs,
  type View,
} from "./view.ts";

/** Milliseconds within which an endpoint has the master address (D4-13). */
const DECLARED = 3000;
/** Milliseconds for which a master has to be silent at least, and the timers of a cluster. */
const SILENT = 900;
type Timers = { lease?: number; silence?: number };
const TOOK_OVER = ["global/master_dies", "global/partition"] as const;

const stimulus = (evidence: Evidence, kind: string) =>
  evidence.stimuli.find((each) => each.kind === kind);

/** When an endpoint became master, in seconds since 1970; Infinity for never. */
const tookOverAt = (v: View) =>
  Math.min(
    ...ENDPOINTS.flatMap((n) => v.events(`endpoint${n}`, "took_over")).map(({ t }) => t / 1e9),
  );

/** Who forwarded a request: `master`, or endpoints by their number. */
function forwarders(v: View, request: L2tpPacket): string[] {
  const same = (p: L2tpPacket) =>
    p.assigned === request.assigned && p.source === request.source &&
    p.destination !== ADDRESS.master;
  const out = v.of("lan-m", "SCCRQ", same).length > 0 ? ["master"] : [];
  for (const n of ENDPOINTS) {
    const sent = v.of(`lan-e${n}`, "SCCRQ", (p) => same(p) && p.destination !== localAddress(n));
    // What it hands to itself is on no wire.
    const traced = v.events(`endpoint${n}`, "forwarded").some((t) => t.tunnel === request.assigned);
    if (sent.length > 0 || traced) out.push(`endpoint ${n}`);
  }
  return out;
}

/** Requests to the master address, wherever they came to. */
const asked = (v: View) =>
  ["ext-m", "ext-l", ...ENDPOINTS.map((n) => `ext-e${n}`)]
    .flatMap((tap) => v.of(tap, "SCCRQ", (p) => p.destination === ADDRESS.master));

/** Fails unless a tunnel is spoken in, both ways and in both channels, at a tap after a moment. */
function livesOn(v: View, tap: string, own: string, far: string, from: number) {
  const there = v.at(tap, (p) => p.time > from && [p.source, p.destination].includes(far));
  const back = there.filter((p) => p.source === own), forth = there.filter((p) => p.source === far);
  const hello = forth.find(({ type }) => type === 6);
  if (hello === undefined) return inconclusive(`${far} was silent`);
  const before = v.at(tap, (p) => p.time < from && p.type === -1 && p.source === own);
  if (before.length === 0) return inconclusive("there was no data before");
  // A request to the master address may come by here as well: where this endpoint is the new master.
  const ended = there.find(({ type }) => type === 4) ??
    forth.find(({ type, destination }) => type === 1 && destination !== ADDRESS.master);
  if (ended !== undefined) return fail("the tunnel as it was", "it ended", refs(ended));
  if (!back.some((p) => p.type === 0 && p.nr === (hello.ns + 1) % 65_536)) {
    return fail(`HELLO acknowledged by ${own}`, "it is not", refs(hello));
  }
  return back.some(({ type }) => type === -1) && forth.some(({ type }) => type === -1)
    ? undefined
    : fail("data both ways", "none", refs(hello));
}

/** Where requests go once an endpoint is master, and what the others had reported to it by then. */
function choices(v: View) {
  const since = tookOverAt(v);
  return asked(v).filter((p) => p.time > since && p.tap === "ext-e1").map((request) => {
    const reply = v.replies().find(({ reply }) =>
      reply.tunnelId === request.assigned && reply.destination === request.source
    );
    const told = [2, 3].map((n) =>
      v.messages(`lan-e${n}`, "report").filter((m) =>
        m.member === n && m.destination === localAddress(1) && m.time < request.time
      ).at(-1)?.load ?? 10_000
    );
    return { request, n: reply?.n ?? 0, told };
  });
}

/** The checks of this group. */
export const TAKE_OVER_CHECKS = [
  clusterCheck(
    "takes_over",
    "An endpoint has the master address within the declared time, and serves requests",
    ["TCL-075"],
    "endpoint",
    ["global/master_dies"],
    (v, evidence) => {
      const killed = stimulus(evidence, "kill"), moved = stimulus(evidence, "address_moved");
      if (killed === undefined) return inconclusive("the master did not die");
      const late = moved === undefined ? Infinity : moved.at - killed.at;
      const slow = judgeLimit(
        DECLARED,
        late - DECLARED,
        toleranceOf(evidence, String(moved?.to ?? "endpoint1")),
        () => fail(`within ${DECLARED} ms`, `after ${late} ms`),
      );
      if (slow !== undefined) return slow;
      const came = asked(v).filter((p) => p.tap === `ext-e${String(moved?.to).slice(-1)}`);
      const served = came.find((p) => forwarders(v, p).length > 0);
      return all(
        v.needs(came, "request that came to the new master"),
        served === undefined ? fail("a request served", "none", refs(...came)) : undefined,
      );
    },
  ),
  clusterCheck(
    "tunnels_live_on",
    "Tunnels live through the death of the master, between the addresses that they had",
    ["TCL-076"],
    "endpoint",
    ["global/master_dies"],
    (v, evidence) => {
      if (stimulus(evidence, "kill") === undefined) return inconclusive("the master did not die");
      const alone = v.messages("lan-m", "heartbeat").filter((m) => m.member === 0).at(-1)
        ?.time;
      if (alone === undefined) return inconclusive("the master sent no heartbeat");
      // Long enough for every endpoint to miss the master.
      const from = alone + 1.4;
      const first = v.of("ext-i", "SCCRP")[0];
      if (first?.source !== globalAddress(3)) return inconclusive("no tunnel with endpoint 3");
      return all(
        livesOn(v, "ext-e3", globalAddress(3), ADDRESS.initiator, from),
        livesOn(v, "ext-e2", globalAddress(2), ADDRESS.initiator2, from),
      );
    },
  ),
  clusterCheck(
    "one_forwarder",
    "A master that is cut off forwards nothing that its successor forwards, and yields to it",
    ["TCL-077"],
    "master",
    ["global/partition"],
    (v, evidence) => {
      const since = tookOverAt(v);
      const there = v.of("ext-l", "SCCRQ");
      const late = there.filter((p) => p.time > since);
      const early = there.filter((p) => p.time < since && forwarders(v, p).includes("master"));
      if (late.length < 2 || early.length === 0) {
        return inconclusive("no request came to the old master before and after");
      }
      const two = late.find((p) => forwarders(v, p).includes("master"));
      if (two === undefined) return pass;
      // Between the end of its lease and the silence that makes a successor.
      const { lease = 2000, silence = 3000 } = configOf(evidence, "master") as Timers;
      return judgeLimit(
        silence - lease,
        Infinity,
        toleranceOf(evidence, "master"),
        () => fail("the new master alone", forwarders(v, two).join(" and "), refs(two)),
      ) ?? pass;
    },
  ),
  clusterCheck(
    "one_master",
    "There is one master in each term, and no second one while the first is heard",
    ["TCL-077"],
    "endpoint",
    TOOK_OVER,
    (v, evidence) => {
      const taps = ["lan-m", ...ENDPOINTS.map((n) => `lan-e${n}`)];
      const heartbeats = taps.flatMap((tap) => v.messages(tap, "heartbeat"));
      if (!heartbeats.some(({ member }) => member !== 0)) {
        return inconclusive("no endpoint became master");
      }
      for (const message of heartbeats) {
        const other = heartbeats.find((m) =>
          m.term === message.term && m.member !== message.member
        );
        if (other === undefined) continue;
        const words = `members ${message.member} and ${other.member} in term ${message.term}`;
        return fail("one master in each term", words, refs(message, other));
      }
      const since = Math.min(...heartbeats.filter((m) => m.member !== 0).map((m) => m.time));
      const heard = v.messages("lan-e1", "heartbeat").filter((m) =>
        m.member === 0 && m.time < since
      );
      const silent = (since - (heard.at(-1)?.time ?? 0)) * 1000;
      const soon = judgeLimit(
        SILENT,
        SILENT - silent,
        toleranceOf(evidence, "endpoint1"),
        () => fail("silence of the master first", `${silent} ms`, refs(heard.at(-1))),
      );
      if (soon !== undefined) return soon;
      // What an initiator sends again may well meet two masters, one after the other.
      const once = asked(v).filter(({ source }) => source === ADDRESS.stranger);
      const two = once.find((p) => forwarders(v, p).length > 1);
      return all(two && fail("one forwarder", forwarders(v, two).join(" and "), refs(two)));
    },
  ),
  clusterCheck(
    "selects_by_load",
    "The new master selects by load, itself among the others",
    ["TCL-078"],
    "endpoint",
    ["global/master_dies"],
    (v) => {
      const all_ = choices(v).filter(({ n }) => n > 0);
      const elsewhere = asked(v).find((p) => p.time > tookOverAt(v) && /^ext-e[23]$/.test(p.tap));
      if (elsewhere !== undefined) {
        return tooLateToTell(
          `requests came to ${elsewhere.tap}: another endpoint took over than the first, whose loads ` +
            "the scenario sets",
        );
      }
      if (all_.length < 2) return inconclusive(`${all_.length} requests were served by then`);
      const others = all_.filter(({ n }) => n !== 1);
      const wrong = others.find(({ n, told }) => told[n - 2] > Math.min(...told));
      return all(
        wrong && fail("the least loaded", `endpoint ${wrong.n}`, refs(wrong.request)),
        others.length > 0 ? undefined : fail("others too", "itself alone", refs(all_[0].request)),
        others.length < all_.length ? undefined : fail("itself too", "others alone"),
      );
    },
  ),
  clusterCheck(
    "waits_for_master",
    "Behind a NAT nobody takes over: tunnels live on, requests wait until the master is back",
    ["TCL-079"],
    "endpoint",
    ["nat/master_fails"],
    (v, evidence) => {
      const beats = v.messages("lan-m", "heartbeat");
      const gaps = beats.map(({ time }, i) => time - (beats[i - 1]?.time ?? time));
      // The longest is the one that the scenario made.
      const gap = gaps.indexOf(Math.max(...gaps));
      if (!(gaps[gap] > 1)) return inconclusive("the master was not silent");
      const [from, to] = [beats[gap - 1].time, beats[gap].time];
      const late = v.of("ext-i", "SCCRP")[0];
      const n = ENDPOINTS.find((each) => v.replies().some((r) => r.n === each));
      if (late === undefined || n === undefined) return inconclusive("no tunnel stood");
      const between = v.replies().filter(({ reply }) => reply.time > from + 1 && reply.time < to);
      const served = v.of("ext-i2", "SCCRP").some((p) => p.time > to);
      return all(
        livesOn(v, `lan-e${n}`, localAddress(n), ADDRESS.initiator, from + 1),
        between.length === 0 ? undefined : judgeLimit(
          1000,
          Infinity,
          toleranceOf(evidence, "master", `endpoint${n}`),
          () => fail("no reply then", "one", refs(between[0].reply)),
        ),
        served ? undefined : inconclusive("nobody asked when the master was back"),
      );
    },
  ),
];

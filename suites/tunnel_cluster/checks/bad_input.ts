/** Checks of TCL-082: what a device has to bear. */
import type { L2tpPacket } from "../facts/packets.ts";
import { BAD, bad } from "../packets.ts";
import {
  ADDRESS,
  all,
  clusterCheck,
  configOf,
  ENDPOINTS,
  fail,
  inconclusive,
  localAddress,
  pass,
  refs,
  told,
  type View,
} from "./view.ts";

const COUNT = bad().length;
/** Messages that are shorter are no packet of L2TP to the facts. */
const READABLE = COUNT - 1;
const isBad = (port: number) => port >= BAD.first && port < BAD.first + COUNT;

/** Bad messages from one address to another, as they came to a tap; inconclusive without nearly all. */
function came(v: View, tap: string, source: string, destination: string) {
  const there = v.at(
    tap,
    (p) => p.source === source && p.destination === destination && isBad(p.sourcePort),
  );
  return there.length < READABLE
    ? inconclusive(`${there.length} of ${READABLE} bad messages came`)
    : undefined;
}

/** Fails unless the second initiator had a tunnel afterwards, as the first one had before. */
const served = (v: View, taps: readonly string[]) => {
  const connected = (source: string) =>
    taps.some((tap) => v.of(tap, "SCCCN").some((p) => p.source === source));
  const asked = v.of("ext-i2", "SCCRQ")[0];
  if (asked === undefined) return inconclusive("nobody asked afterwards");
  if (!connected(ADDRESS.initiator)) return inconclusive("there was no service before");
  return connected(ADDRESS.initiator2)
    ? undefined
    : fail("service afterwards", "none", refs(asked));
};

/** Inconclusive unless the master forwarded the first request, once, to the third endpoint. */
function forwardedBefore(v: View) {
  const first = v.forwarded().filter((p) => p.source === ADDRESS.initiator);
  return first.length === 1 && first[0].destination === localAddress(3)
    ? undefined
    : inconclusive("the first request was not forwarded as it should");
}

/** What left the NAT for the stranger and was a bad message from inside. */
function translated(v: View): L2tpPacket[] {
  const inside = new Set(
    v.at("lan-n", (p) => p.source === ADDRESS.insider).map(({ octets }) => octets),
  );
  return v.at("ext-n", (p) => p.source === ADDRESS.nat && inside.has(p.octets));
}

/** Fails unless all fragments of the request went to one endpoint. */
function together(v: View) {
  const before = v.facts.fragments.filter(({ tap }) => tap === "ext-m");
  const after = v.facts.fragments.filter(({ tap }) => tap === "lan-m");
  if (before.length < 2) return inconclusive("no fragments came");
  const places = new Set(after.map(({ destination }) => destination));
  return after.length === before.length && places.size === 1 ? undefined : fail(
    `${before.length} fragments to one endpoint`,
    `${after.length} to ${[...places].join(", ") || "nobody"}`,
    refs(...before, ...after),
  );
}

/** The checks. */
export const BAD_INPUT_CHECKS = [
  clusterCheck(
    "bad_input",
    "Bad messages are not forwarded, fragments stay together, and requests are served afterwards",
    ["TCL-082"],
    "master",
    ["nat/bad_input"],
    (v) =>
      all(
        came(v, "ext-m", ADDRESS.stranger, ADDRESS.master),
        v.none(v.at("lan-m", ({ sourcePort }) => isBad(sourcePort)), "bad messages discarded"),
        forwardedBefore(v),
        together(v),
        served(v, ["lan-e3"]),
      ),
  ),
  clusterCheck(
    "bad_reports",
    "Messages of the cluster that are malformed, or of another version, change no choice",
    ["TCL-082"],
    "master",
    ["nat/bad_reports"],
    (v) => {
      const sent = v.facts.strays.filter(({ tap }) => tap === "lan-m");
      return all(
        sent.length < 8 ? inconclusive(`${sent.length} bad messages came`) : undefined,
        forwardedBefore(v),
        v.each(
          v.forwarded(),
          "forwarded request",
          "endpoint 3, whose load is the least",
          (p) => p.destination === localAddress(3),
        ),
      );
    },
  ),
  clusterCheck(
    "bad_input",
    "Bad messages are discarded, an unknown AVP is refused, fragments are put together",
    ["TCL-082"],
    "endpoint",
    ["nat/bad_input"],
    (v) => {
      const answers = v.at(
        "lan-e3",
        (p) => p.source === localAddress(3) && p.destination === ADDRESS.insider,
      );
      const refused = answers.filter((p) => p.destinationPort === BAD.unknownAvp && p.type > 0);
      const whole = v.replies().find(({ reply }) => reply.destinationPort === BAD.fragments);
      return all(
        came(v, "lan-e3", ADDRESS.insider, localAddress(3)),
        v.none(answers.filter((p) => isBad(p.destinationPort)), "silence"),
        refused.length > 0 && refused.every(({ type }) => type === 4) ? undefined : fail(
          "a StopCCN for the unknown AVP",
          refused.map(told).join() || "none",
          refs(...refused),
        ),
        together(v)?.verdict === "fail" ? inconclusive("the fragments did not come") : undefined,
        served(v, ["lan-e3"]),
        whole === undefined ? fail("an SCCRP to the request in fragments", "none") : undefined,
      );
    },
  ),
  clusterCheck(
    "bad_orders",
    "Messages of the cluster that are malformed, or of another version, give no orders",
    ["TCL-082"],
    "endpoint",
    ["nat/bad_reports"],
    (v) => {
      const sent = v.facts.strays.filter(({ tap }) => tap === "lan-e3");
      const since = sent[0]?.time ?? Infinity;
      const later = v.reports(3).filter(({ time }) => time > since);
      const wrong = later.find(({ inactive, term }) => inactive || term !== 1);
      return all(
        sent.length < 8 ? inconclusive(`${sent.length} bad messages came`) : undefined,
        v.needs(v.reports(3).filter(({ time }) => time < since), "report"),
        later.length === 0 ? fail("reports to the master", "none", refs(sent[0])) : undefined,
        wrong && fail("an active endpoint in term 1", `term ${wrong.term}`, refs(wrong)),
        served(v, ["lan-e3"]),
      );
    },
  ),
  clusterCheck(
    "flood",
    "So many tunnels are half open as there is room for, and there is room again",
    ["TCL-082"],
    "endpoint",
    ["nat/flood"],
    (v, evidence) => {
      const { halfOpenLimit = 1024 } = (configOf(evidence, "endpoint1").lns ?? {}) as {
        halfOpenLimit?: number;
      };
      for (const n of ENDPOINTS) {
        const asked = v.of(`lan-e${n}`, "SCCRQ", (p) => p.source === ADDRESS.stranger);
        if (asked.length <= halfOpenLimit) return inconclusive("there was no flood");
        const opened = v.replies().filter((r) => r.n === n).map(({ reply }) => reply)
          .filter((p) => p.destination === ADDRESS.stranger);
        const ids = new Set(opened.map(({ assigned }) => assigned));
        if (ids.size <= halfOpenLimit) continue;
        return fail(
          `${halfOpenLimit} half-open tunnels`,
          `${ids.size}`,
          refs(...opened.slice(0, 4)),
        );
      }
      return all(served(v, ENDPOINTS.map((n) => `lan-e${n}`)));
    },
  ),
  clusterCheck(
    "flood",
    "In a flood each request goes to one endpoint, and one that comes later is served",
    ["TCL-082"],
    "master",
    ["nat/flood"],
    (v) => {
      const asked = v.requests(), forwarded = v.forwarded();
      if (asked.length < 300) return inconclusive(`${asked.length} requests came`);
      const late = forwarded.filter((p) => p.source === ADDRESS.initiator2);
      const early = forwarded.filter((p) => p.source === ADDRESS.initiator);
      return all(
        v.needs(early, "request forwarded before"),
        forwarded.length >= asked.length ? undefined : fail(
          `${asked.length} forwarded`,
          `${forwarded.length}`,
          refs(...forwarded.slice(0, 2)),
        ),
        late.length > 0 ? undefined : fail("the last request forwarded", "it was not"),
      );
    },
  ),
  clusterCheck(
    "bad_input",
    "What no tunnel has made a row for is not translated, from outside or inside",
    ["TCL-082"],
    "nat",
    ["nat/bad_input"],
    (v) =>
      all(
        came(v, "ext-n", ADDRESS.stranger, ADDRESS.nat),
        came(v, "lan-n", ADDRESS.insider, ADDRESS.stranger),
        v.none(
          v.at("lan-n", (p) => p.source === ADDRESS.stranger && isBad(p.sourcePort)),
          "nothing from outside",
        ),
        v.none(translated(v), "nothing from inside"),
        served(v, ["lan-n"]),
      ),
  ),
  clusterCheck(
    "bad_replies",
    "An SCCRP of another version is ignored, one with an unknown AVP is refused",
    ["TCL-082"],
    "initiator",
    ["global/bad_replies"],
    (v) => {
      const replies = v.at("ext-i", (p) => p.source === ADDRESS.initiator2);
      const other = replies.find(({ type }) => type === -2);
      const good = replies.filter(({ type }) => type === 2);
      const own = v.at("ext-i", (p) => p.source === ADDRESS.initiator);
      const last = own.find(({ type }) => type === 3);
      if (other === undefined || good.length < 2 || good.some((p) => p.tunnelId === 0)) {
        return inconclusive("not all replies came");
      }
      const refused = own.filter((p) => p.type === 4 && p.time >= good[1].time);
      const early = own.filter((p) =>
        p.time >= other.time && p.time < good[0].time && p.type !== 1
      );
      return all(
        v.none(early, "no word to another version"),
        last === undefined ? fail("an SCCCN to the good reply", "none", refs(good[0])) : undefined,
        refused.length > 0 ? undefined : fail("a StopCCN", "none", refs(good[1])),
        own.filter(({ type }) => type === 3).length > 1
          ? fail("one SCCCN", "two", refs(...own.filter(({ type }) => type === 3)))
          : pass,
      );
    },
  ),
];

/** Checks of the NAT: groups C, D and F. */
import type { L2tpPacket } from "../facts/packets.ts";
import {
  ADDRESS,
  all,
  clusterCheck,
  fail,
  inconclusive,
  localAddress,
  refs,
  tells,
  type View,
} from "./view.ts";

const BRING_UP = ["nat/bring_up"] as const;
const inside = (p: L2tpPacket) => p.source.startsWith("10.");
const outside = (p: L2tpPacket) => p.source.startsWith("198.51.");

/** What the NAT sends to initiators, at its outer link. */
const leaving = (v: View) => v.at("ext-n", (p) => p.destination.startsWith("198.51."));

/** The rows of Table 1, as its trace tells them. */
const rows = (v: View) =>
  v.events("nat", "row").map((row) => ({
    ...{ farAddress: row.far_address, farPort: row.far_port },
    ...{ localAddress: row.local_address, localPort: row.local_port },
  }));

/** SCCRPs that it translated. */
const translated = (v: View) =>
  leaving(v).filter(({ type, source }) => type === 2 && source === ADDRESS.nat);

/**
 * Fails unless what initiators send about each tunnel reaches the endpoint that the tunnel is with,
 * its octets unchanged.
 */
function reachesOwn(v: View, test: (p: L2tpPacket) => boolean, what: string) {
  const tunnels = v.replies();
  if (tunnels.length === 0) return inconclusive("no SCCRP was captured");
  const came = v.at("ext-n", (p) => outside(p) && test(p));
  if (came.length === 0) return inconclusive(`no ${what} came from outside`);
  for (const packet of came) {
    const owner = tunnels.find(({ reply }) =>
      reply.assigned === packet.tunnelId && reply.destination === packet.source
    );
    if (owner === undefined) continue;
    const there = v.at(`lan-e${owner.n}`, (p) => outside(p) && p.octets === packet.octets);
    if (there.length > 0 && there[0].destination === localAddress(owner.n)) continue;
    return fail(`${what} at endpoint ${owner.n}`, "it does not come there", refs(packet));
  }
  return undefined;
}

/** The checks of these groups. */
export const NAT_CHECKS = [
  clusterCheck(
    "row",
    "An SCCRP makes a row",
    ["TCL-024"],
    "nat",
    BRING_UP,
    (v, evidence) => {
      const made = v.of("lan-n", "SCCRP", inside);
      return all(
        v.needs(made, "SCCRP"),
        tells(evidence, "nat"),
        rows(v).length === 1 ? undefined : fail("one row", `${rows(v).length}`, refs(...made)),
      );
    },
  ),
  clusterCheck(
    "far_end",
    "The far end of a row is the initiator's address and port",
    ["TCL-025"],
    "nat",
    BRING_UP,
    (v) => {
      const reply = v.of("lan-n", "SCCRP", inside)[0], row = rows(v)[0];
      if (reply === undefined || row === undefined) return inconclusive("there is no row");
      return all(
        row.farAddress === reply.destination && row.farPort === reply.destinationPort
          ? undefined
          : fail(
            `${reply.destination}:${reply.destinationPort}`,
            `${row.farAddress}:${row.farPort}`,
            refs(reply),
          ),
      );
    },
  ),
  clusterCheck(
    "local_end",
    "The local end of a row is the endpoint's address and port",
    ["TCL-026"],
    "nat",
    BRING_UP,
    (v) => {
      const reply = v.of("lan-n", "SCCRP", inside)[0], row = rows(v)[0];
      if (reply === undefined || row === undefined) return inconclusive("there is no row");
      return all(
        row.localAddress === reply.source && row.localPort === reply.sourcePort ? undefined : fail(
          `${reply.source}:${reply.sourcePort}`,
          `${row.localAddress}:${row.localPort}`,
          refs(reply),
        ),
      );
    },
  ),
  clusterCheck(
    "own_address",
    "The SCCRP leaves with the NAT's address and right checksums",
    ["TCL-027"],
    "nat",
    BRING_UP,
    (v) =>
      all(
        v.needs(v.of("lan-n", "SCCRP", inside), "SCCRP"),
        v.each(
          leaving(v).filter(({ type }) => type === 2),
          "translated SCCRP",
          `${ADDRESS.nat} and right checksums`,
          (p) => p.source === ADDRESS.nat && p.checksumsRight,
        ),
      ),
  ),
  clusterCheck(
    "octets_kept",
    "Translation changes no octet of L2TP",
    ["TCL-028"],
    "nat",
    BRING_UP,
    (v) => {
      const before = new Set(v.at("lan-n", inside).map(({ octets }) => octets));
      return all(
        v.needs(v.of("lan-n", "SCCRP", inside), "SCCRP"),
        v.each(
          leaving(v),
          "translated packet",
          "the octets as they came",
          (p) => before.has(p.octets),
        ),
      );
    },
  ),
  clusterCheck(
    "no_master",
    "A request to the NAT's own address is not served",
    ["TCL-029"],
    "nat",
    ["nat/strays"],
    (v) =>
      all(
        v.needs(v.of("ext-n", "SCCRQ", (p) => p.assigned === 0x4444), "request to the NAT"),
        v.needs(translated(v), "translated SCCRP"),
        v.none(v.at("lan-n", (p) => p.assigned === 0x4444), "it is not forwarded"),
      ),
  ),
  clusterCheck(
    "ports_apart",
    "Tunnels of one initiator's port to two endpoints have different ports at the NAT",
    ["TCL-030"],
    "nat",
    ["nat/many_tunnels"],
    (v) => {
      const tunnels = v.replies();
      const out = leaving(v).filter(({ type }) => type === 2);
      if (out.length < 6) return inconclusive(`only ${out.length} SCCRPs were captured`);
      const seen = new Map<string, number>();
      for (const packet of out) {
        const n = tunnels.find(({ reply }) => reply.octets === packet.octets)?.n ?? 0;
        const key = `${packet.destination} ${packet.sourcePort}`, before = seen.get(key);
        if (before !== undefined && before !== n) {
          return fail("a port for each endpoint", `${key} for two`, refs(packet));
        }
        seen.set(key, n);
      }
      return all();
    },
  ),
  clusterCheck(
    "own_endpoint",
    "Each tunnel's SCCCN reaches the endpoint that the tunnel is with, unchanged",
    ["TCL-031", "TCL-037"],
    "nat",
    ["nat/many_tunnels", "nat/equal_ids"],
    (v) => all(reachesOwn(v, ({ type }) => type === 3, "SCCCN")),
  ),
  clusterCheck(
    "no_stranger",
    "A packet from outside that matches no row goes nowhere",
    ["TCL-033"],
    "nat",
    ["nat/strays"],
    (v) =>
      all(
        v.needs(
          v.at("ext-n", (p) => p.source === ADDRESS.stranger && p.type === 6),
          "packet of a stranger",
        ),
        v.needs(translated(v), "translated SCCRP"),
        v.none(v.at("lan-n", (p) => p.source === ADDRESS.stranger && p.type === 6), "nothing"),
      ),
  ),
  clusterCheck(
    "acknowledgement",
    "Acknowledgements too leave with the NAT's address",
    ["TCL-040"],
    "nat",
    BRING_UP,
    (v) =>
      all(
        v.needs(v.at("lan-n", (p) => inside(p) && p.type === 0), "acknowledgement"),
        v.each(
          leaving(v).filter(({ type }) => type === 0),
          "translated acknowledgement",
          ADDRESS.nat,
          (p) => p.source === ADDRESS.nat,
        ),
      ),
  ),
  clusterCheck(
    "data_to_own_endpoint",
    "Data reaches the endpoint that Table 1 names, packet after packet",
    ["TCL-049"],
    "nat",
    ["nat/many_tunnels"],
    (v) => all(reachesOwn(v, ({ type }) => type === -1, "data")),
  ),
  clusterCheck(
    "static_address",
    "All packets of a tunnel leave from one address and port",
    ["TCL-051"],
    "nat",
    BRING_UP,
    (v) => {
      const out = leaving(v), first = out.find(({ type }) => type === 2);
      if (first === undefined || !out.some(({ type }) => type === -1)) {
        return inconclusive("no data was translated");
      }
      return all(v.each(
        out,
        "packet",
        `${first.source}:${first.sourcePort}`,
        (p) => p.source === first.source && p.sourcePort === first.sourcePort,
      ));
    },
  ),
];

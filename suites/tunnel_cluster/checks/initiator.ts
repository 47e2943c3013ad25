/** Checks of the initiator: groups A, D, E, F and I. */
import { attributesOf, lacks } from "./endpoint.ts";
import {
  ADDRESS,
  all,
  clusterCheck,
  fail,
  globalAddress,
  inconclusive,
  refs,
  tells,
  type View,
} from "./view.ts";

const SERVED = ["nat/bring_up", "global/bring_up"] as const;
const own = (v: View) => v.at("ext-i", (p) => p.source === ADDRESS.initiator);
const requests = (v: View) => own(v).filter(({ type }) => type === 1);
const reply = (v: View) => v.of("ext-i", "SCCRP")[0];

/** Fails unless all that is sent once the SCCRP has come goes to its source. */
function follows(v: View, test: (type: number) => boolean, what: string) {
  const from = reply(v);
  if (from === undefined) return inconclusive("no SCCRP was captured");
  const later = own(v).filter((p) => p.time >= from.time && p.type !== 1 && test(p.type));
  const bad = later.find((p) =>
    p.destination !== from.source || p.destinationPort !== from.sourcePort
  );
  if (later.length === 0) return fail(what, "none", refs(from));
  return bad && fail(
    `${from.source}:${from.sourcePort}`,
    `${bad.destination}:${bad.destinationPort}`,
    refs(from, bad),
  );
}

/** The checks of these groups. */
export const INITIATOR_CHECKS = [
  clusterCheck(
    "asks_master",
    "The SCCRQ goes to the master address",
    ["TCL-001"],
    "initiator",
    SERVED,
    (v) =>
      all(v.each(requests(v), "SCCRQ", ADDRESS.master, (p) => p.destination === ADDRESS.master)),
  ),
  clusterCheck(
    "own_tunnel_id",
    "The SCCRQ assigns a Tunnel ID and has 0 in its header",
    ["TCL-002"],
    "initiator",
    SERVED,
    (v) =>
      all(v.each(
        requests(v),
        "SCCRQ",
        "Tunnel ID 0 in the header and another assigned",
        (p) => p.tunnelId === 0 && p.assigned > 0,
      )),
  ),
  clusterCheck(
    "request_of_rfc_2661",
    "The SCCRQ is one of RFC 2661",
    ["TCL-003"],
    "initiator",
    SERVED,
    (v) =>
      all(v.each(
        requests(v),
        "SCCRQ",
        "C8 02, Ns 0, the Message Type first and all AVPs",
        (p) =>
          p.octets.startsWith("c802") && p.ns === 0 && attributesOf(p)[0] === 0 &&
          lacks(p) === undefined,
      )),
  ),
  ...(["nat", "global"] as const).map((variant) =>
    clusterCheck(
      `follows_reply_${variant}`,
      "The SCCCN goes to the source of the SCCRP, which is not the master address",
      variant === "nat" ? ["TCL-035", "TCL-043"] : ["TCL-069", "TCL-043", "TCL-072"],
      "initiator",
      variant === "nat" ? ["nat/bring_up"] : ["global/bring_up", "global/another_port"],
      (v) => {
        const expected = variant === "nat" ? ADDRESS.nat : globalAddress(3);
        const from = reply(v);
        if (from !== undefined && from.source !== expected) {
          return inconclusive(`the SCCRP came from ${from.source}`);
        }
        return all(follows(v, (type) => type === 3, "an SCCCN"));
      },
    )
  ),
  clusterCheck(
    "last_message",
    "The SCCCN has the endpoint's Tunnel ID, Ns 1 and Nr 1",
    ["TCL-036"],
    "initiator",
    SERVED,
    (v) => {
      const from = reply(v);
      if (from === undefined) return inconclusive("no SCCRP was captured");
      return all(v.each(
        own(v).filter(({ type }) => type === 3),
        "SCCCN",
        `Tunnel ID ${from.assigned}, Ns 1, Nr 1`,
        (p) => p.tunnelId === from.assigned && p.ns === 1 && p.nr === 1,
      ));
    },
  ),
  clusterCheck(
    "call_within_tunnel",
    "ICRQ and ICCN take the way of the tunnel, without another SCCRQ",
    ["TCL-046"],
    "initiator",
    SERVED,
    (v) =>
      all(
        v.needs(own(v).filter(({ type }) => type === 3), "SCCCN"),
        follows(v, (type) => type === 10 || type === 12, "an ICRQ"),
      ),
  ),
  clusterCheck(
    "static_address",
    "All packets of a tunnel go to the address and port that the SCCRP came from",
    ["TCL-051"],
    "initiator",
    SERVED,
    (v) => {
      if (!own(v).some(({ type }) => type === -1)) return inconclusive("it sent no data");
      return all(follows(v, () => true, "a packet"));
    },
  ),
  clusterCheck(
    "learned_address",
    "The SCCRQ goes to the master address, be it from a table or told by the client",
    ["TCL-015"],
    "initiator",
    ["nat/address_sources"],
    (v) => {
      const asked = requests(v);
      if (new Set(asked.map((p) => p.assigned)).size < 2) {
        return inconclusive("not a request for each client");
      }
      return all(v.each(asked, "SCCRQ", ADDRESS.master, (p) => p.destination === ADDRESS.master));
    },
  ),
  ...(["nat", "global"] as const).map((variant) =>
    clusterCheck(
      `row_${variant}`,
      "The row has the client, both Tunnel IDs, and the address and port that the SCCRP came from",
      variant === "nat" ? ["TCL-042"] : ["TCL-044"],
      "initiator",
      [`${variant}/bring_up`, `${variant}/many_tunnels`],
      (v, evidence) => {
        const replies = v.of("ext-i", "SCCRP");
        const rows = v.events("initiator", "initiator_row");
        if (replies.length === 0) return inconclusive("no SCCRP was captured");
        const clients = new Set(rows.map(({ client }) => client));
        const lacking = replies.find((p) =>
          !rows.some((row) =>
            row.tunnel === p.tunnelId && row.far_tunnel === p.assigned &&
            row.far_address === p.source && row.far_port === p.sourcePort
          )
        );
        const words = rows.map((r) => `${r.far_address}:${r.far_port} ${r.far_tunnel}`).join(", ");
        return all(
          tells(evidence, "initiator"),
          lacking && fail(
            `${lacking.source}:${lacking.sourcePort} ${lacking.assigned}`,
            words || "no row",
            refs(lacking),
          ),
          clients.size === rows.length ? undefined : fail("a row for each client", words),
        );
      },
    )
  ),
  clusterCheck(
    "direct",
    "Data goes to the endpoint's global address directly",
    ["TCL-073"],
    "initiator",
    ["global/bring_up"],
    (v) => {
      if (v.of("ext-i", "ICCN").length === 0) return inconclusive("no call was captured");
      return all(v.each(
        own(v).filter(({ type }) => type === -1),
        "data message",
        globalAddress(3),
        (p) => p.destination === globalAddress(3),
      ));
    },
  ),
];

/** Checks of the master: groups A, G, H and K. */
import {
  ADDRESS,
  all,
  clusterCheck,
  fail,
  inconclusive,
  localAddress,
  pass,
  refs,
  told,
} from "./view.ts";
import type { L2tpPacket } from "../facts/packets.ts";

const LOCAL = [1, 2, 3].map(localAddress);
const SERVED = ["nat/bring_up", "global/bring_up"] as const;
const SPREAD = ["nat/many_tunnels", "global/many_tunnels"] as const;
const same = (a: L2tpPacket, b: L2tpPacket) =>
  a.source === b.source && a.sourcePort === b.sourcePort && a.assigned === b.assigned;

/** The checks of these groups. */
export const MASTER_CHECKS = [
  clusterCheck(
    "serves_all",
    "Requests of every initiator are forwarded",
    ["TCL-004"],
    "master",
    SPREAD,
    (v) => {
      const forwarded = v.forwarded();
      const sources = new Set(v.requests().map(({ source }) => source));
      if (sources.size < 2) return inconclusive("not two initiators asked");
      return all(
        v.needs(forwarded, "forwarded request"),
        v.each(
          v.requests(),
          "request",
          "every request forwarded",
          (r) => forwarded.some((f) => same(f, r)),
        ),
      );
    },
  ),
  clusterCheck(
    "one_endpoint",
    "Each request goes to one endpoint, once each time that it comes",
    ["TCL-005"],
    "master",
    [...SERVED, ...SPREAD],
    (v) => {
      const forwarded = v.forwarded();
      for (const request of v.requests()) {
        const copies = forwarded.filter((f) => same(f, request));
        const came = v.requests().filter((r) => same(r, request)).length;
        const places = new Set(copies.map(({ destination }) => destination));
        if (places.size > 1 || copies.length > came) {
          return fail(
            "one endpoint",
            `${copies.length} copies to ${[...places].join(", ")}`,
            refs(request, ...copies),
          );
        }
      }
      return all(v.needs(forwarded, "forwarded request"));
    },
  ),
  ...(["nat", "global"] as const).map((variant) =>
    clusterCheck(
      `destination_${variant}`,
      "A forwarded request has a local address of an endpoint as its destination",
      variant === "nat" ? ["TCL-006"] : ["TCL-006", "TCL-066"],
      "master",
      [`${variant}/bring_up`, `${variant}/many_tunnels`],
      (v) => {
        if (v.requests().length === 0) return inconclusive("no request was captured");
        const elsewhere = v.of("ext-m", "SCCRQ", (p) => p.destination !== ADDRESS.master);
        return all(
          v.none(elsewhere, "a local address of an endpoint"),
          v.each(
            v.forwarded(),
            "forwarded request",
            "a local address of an endpoint",
            (p) => LOCAL.includes(p.destination),
          ),
        );
      },
    )
  ),
  clusterCheck(
    "source_kept",
    "A forwarded request keeps the initiator's address and port",
    ["TCL-007"],
    "master",
    SERVED,
    (v) => {
      const asked = v.requests();
      return all(
        v.needs(asked, "request"),
        v.each(
          v.forwarded(),
          "forwarded request",
          "the initiator's address and port",
          (f) => asked.some((r) => r.source === f.source && r.sourcePort === f.sourcePort),
        ),
      );
    },
  ),
  clusterCheck(
    "octets_kept",
    "A forwarded request has the octets of L2TP and the ports as they came, and fewer hops to live",
    ["TCL-008"],
    "master",
    SERVED,
    (v) => {
      const asked = v.requests();
      return all(
        v.needs(asked, "request"),
        v.each(
          v.forwarded(),
          "forwarded request",
          "the octets and ports of a request that came",
          (f) =>
            asked.some((r) =>
              r.octets === f.octets && r.sourcePort === f.sourcePort &&
              r.destinationPort === f.destinationPort
            ),
        ),
        v.each(
          v.forwarded(),
          "forwarded request",
          "a TTL below that of the request",
          (f) => asked.some((r) => r.octets === f.octets && f.ttl < r.ttl),
        ),
      );
    },
  ),
  clusterCheck(
    "checksums",
    "Checksums of forwarded requests are right, and zero stays zero",
    ["TCL-009"],
    "master",
    ["nat/bring_up", "nat/strays"],
    (v) =>
      all(
        v.each(v.forwarded(), "forwarded request", "right checksums", (p) => p.checksumsRight),
        v.each(
          v.forwarded(),
          "forwarded request",
          "a UDP checksum of zero where it came so, and there alone",
          (f) => v.requests().some((r) => r.assigned === f.assigned && r.unchecked === f.unchecked),
        ),
      ),
  ),
  clusterCheck(
    "inside_only",
    "No request leaves the master on the outside",
    ["TCL-010"],
    "master",
    SERVED,
    (v) =>
      all(
        v.needs(v.requests(), "request"),
        v.none(
          v.of("ext-m", "SCCRQ", (p) => p.destination !== ADDRESS.master),
          "requests on the cluster's network alone",
        ),
        v.needs(v.forwarded(), "forwarded request"),
      ),
  ),
  clusterCheck(
    "strays_discarded",
    "What is no request is discarded",
    ["TCL-012"],
    "master",
    ["nat/strays"],
    (v) => {
      const strays = v.at(
        "ext-m",
        (p) => p.source === ADDRESS.stranger && p.destination === ADDRESS.master && p.type !== 1,
      );
      if (strays.length < 4) return inconclusive(`only ${strays.length} strays were captured`);
      return all(
        v.needs(v.forwarded(), "forwarded request"),
        v.none(v.at("lan-m", (p) => p.type !== 1), "requests alone"),
      );
    },
  ),
  clusterCheck(
    "same_endpoint_again",
    "A request that is sent again goes to the endpoint that it went to before",
    ["TCL-013"],
    "master",
    ["nat/repeated_request"],
    (v) => {
      const again = v.forwarded().filter((p) => p.assigned === 0x1111);
      const others = v.forwarded().filter((p) => p.assigned !== 0x1111);
      if (again.length < 3 || others.length < 2) {
        return inconclusive(`${again.length + others.length} requests were forwarded`);
      }
      const other = again.find((p) => p.destination !== again[0].destination);
      return all(
        others.every((p) => p.destination === again[0].destination)
          ? inconclusive("all requests went to one endpoint")
          : undefined,
        other && fail(again[0].destination, other.destination, refs(again[0], other)),
      );
    },
  ),
  clusterCheck(
    "master_address_only",
    "A request for another address is not forwarded",
    ["TCL-014"],
    "master",
    ["nat/strays"],
    (v) => {
      const other = v.of("ext-m", "SCCRQ", (p) => p.assigned === 0x3333);
      return all(
        v.needs(other, "request for another address"),
        v.needs(v.forwarded(), "forwarded request"),
        v.none(v.of("lan-m", "SCCRQ", (p) => p.assigned === 0x3333), "it is not forwarded"),
      );
    },
  ),
  clusterCheck(
    "lowest_load",
    "The third endpoint, which has the lowest load, gets the request",
    ["TCL-060", "TCL-053"],
    "master",
    SERVED,
    (v) =>
      all(
        v.reports(3).length === 0 ? inconclusive("no report was captured") : undefined,
        v.each(
          v.forwarded(),
          "forwarded request",
          localAddress(3),
          (p) => p.destination === localAddress(3),
        ),
      ),
  ),
  clusterCheck(
    "none_in_service",
    "With no endpoint in service nothing is forwarded, and later it is",
    ["TCL-064"],
    "master",
    ["nat/none_in_service"],
    (v) => {
      const asked = v.requests(), forwarded = v.forwarded();
      if (asked.length < 2) return inconclusive("the request was not repeated");
      const back = v.loads(2).find(({ time }) => time > asked[0].time)?.time ?? Infinity;
      const early = forwarded.find((p) => p.time < back);
      const there = forwarded.find((p) => p.destination === localAddress(2));
      return all(
        early && fail("nothing while no endpoint is in service", told(early), refs(early)),
        there === undefined ? fail("the endpoint that came back", "nothing", refs(asked[1])) : pass,
      );
    },
  ),
  clusterCheck(
    "endpoint_failed",
    "When an endpoint has failed, another is given the request",
    ["TCL-080"],
    "master",
    ["nat/endpoint_fails"],
    (v) =>
      all(
        v.needs(v.requests(), "request"),
        v.each(
          v.forwarded(),
          "forwarded request",
          "an endpoint that is in service",
          (p) => p.destination !== localAddress(3) && LOCAL.includes(p.destination),
        ),
      ),
  ),
  clusterCheck(
    "without_nat",
    "A request is forwarded where there is no NAT",
    ["TCL-072"],
    "master",
    ["global/bring_up"],
    (v) => {
      if (v.requests().length === 0) return inconclusive("no request was captured");
      return v.forwarded().length > 0 ? pass : fail("a forwarded request", "none", []);
    },
  ),
];

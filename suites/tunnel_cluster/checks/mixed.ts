/** Checks of a cluster of both kinds (L94). */
import type { L2tpPacket } from "../facts/packets.ts";
import {
  ADDRESS,
  all,
  clusterCheck,
  fail,
  globalAddress,
  inconclusive,
  localAddress,
  refs,
  type View,
} from "./view.ts";

/** The reply of an endpoint to an initiator, as it arrived there. */
const reply = (v: View, tap: string): L2tpPacket | undefined => v.of(tap, "SCCRP")[0];

/** The checks. */
export const MIXED_CHECKS = [
  clusterCheck(
    "both_kinds",
    "Requests go to the local address of the endpoint that is chosen, of whichever kind it is",
    ["TCL-074"],
    "master",
    ["mixed/bring_up"],
    (v) => {
      const asked = v.requests(), forwarded = v.forwarded();
      if (asked.length < 2) return inconclusive(`${asked.length} requests came`);
      const places = [localAddress(1), localAddress(3)];
      const lacking = places.find((place) => !forwarded.some((p) => p.destination === place));
      return all(
        v.none(
          v.of("ext-m", "SCCRQ", (p) => p.destination !== ADDRESS.master),
          places.join(" or "),
        ),
        v.each(
          forwarded,
          "forwarded request",
          places.join(" or "),
          (p) => places.includes(p.destination),
        ),
        lacking === undefined ? undefined : fail(`a request to ${lacking}`, "none", refs(...asked)),
      );
    },
  ),
  clusterCheck(
    "each_its_own_way",
    "An endpoint with a link answers from its global address, one without by way of the NAT",
    ["TCL-074"],
    "endpoint",
    ["mixed/bring_up"],
    (v) => {
      const asked = [1, 3].flatMap((n) => v.of(`lan-e${n}`, "SCCRQ").slice(0, 1));
      if (asked.length < 2) return inconclusive("not an endpoint of each kind was asked");
      const [local, linked] = [reply(v, "ext-i"), reply(v, "ext-i2")];
      return all(
        local?.source === ADDRESS.nat
          ? undefined
          : fail(`an SCCRP from ${ADDRESS.nat}`, local?.source ?? "none", refs(asked[0], local)),
        linked?.source === globalAddress(3) ? undefined : fail(
          `an SCCRP from ${globalAddress(3)}`,
          linked?.source ?? "none",
          refs(asked[1], linked),
        ),
        v.none(v.of("lan-e3", "SCCRP"), "no SCCRP inside where there is a link"),
      );
    },
  ),
];

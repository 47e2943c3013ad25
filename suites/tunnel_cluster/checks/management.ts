/** Checks of group H: endpoints that step back and return, and requests of one key. */
import type { Evidence } from "../../kit/evidence.ts";
import { judgeUnaware, toleranceOf } from "../../kit/lateness.ts";
import type { ClusterPacket } from "../facts/cluster_messages.ts";
import type { L2tpPacket } from "../facts/packets.ts";
import {
  ADDRESS,
  all,
  clusterCheck,
  fail,
  inconclusive,
  localAddress,
  pass,
  refs,
  type View,
} from "./view.ts";

const THIRD = localAddress(3);

/**
 * Passes when the first request passed the third endpoint by although it had the least load, and a
 * later one, after it had come back, went there.
 */
function passedBy(
  v: View,
  evidence: Evidence,
  back: (m: ClusterPacket) => boolean,
  told: ClusterPacket | undefined,
) {
  const [first, second] = v.forwarded();
  if (told === undefined) return inconclusive("the endpoint did not say that it steps back");
  if (first === undefined || first.time < told.time) return inconclusive("no request came then");
  const least = v.loads(3).filter(({ time }) => time < first.time).at(-1)?.load ?? 10_000;
  const others = [1, 2].map((n) => v.loads(n).filter((m) => m.time < first.time).at(-1)?.load ?? 0);
  if (others.some((load) => load <= least)) return inconclusive("it had not the least load");
  const tolerance = toleranceOf(evidence, "master");
  if (first.destination === THIRD) {
    return judgeUnaware(
      (first.time - told.time) * 1000,
      tolerance,
      () => fail("another endpoint", "endpoint 3", refs(first, told)),
    );
  }
  const returned = v.loads(3).find((m) => m.time > first.time && back(m));
  if (returned === undefined) return inconclusive("the endpoint did not come back");
  if (second === undefined) return inconclusive("no request came after that");
  return second.destination === THIRD ? pass : judgeUnaware(
    (second.time - returned.time) * 1000,
    tolerance,
    () => fail("endpoint 3 again", second.destination, refs(second, returned)),
  );
}

/** Messages of an endpoint to an initiator. */
const sentTo = (v: View, n: number, destination: string) =>
  v.at(`lan-e${n}`, (p) => p.destination === destination);

/** The endpoints that requests of some initiators went to. */
const places = (packets: readonly L2tpPacket[]) => new Set(packets.map((p) => p.destination));

/** The checks of this group. */
export const MANAGEMENT_CHECKS = [
  clusterCheck(
    "out_of_service",
    "An endpoint that has left gets no request until it is back",
    ["TCL-061"],
    "master",
    ["nat/out_of_service"],
    (v, evidence) =>
      passedBy(
        v,
        evidence,
        () => true,
        v.messages("lan-m", "leave").find(({ member }) => member === 3),
      ),
  ),
  clusterCheck(
    "inactive",
    "An endpoint that is inactive is passed over, and used again afterwards",
    ["TCL-062"],
    "master",
    ["nat/inactivity"],
    (v, evidence) =>
      passedBy(v, evidence, (m) => !m.inactive, v.loads(3).find(({ inactive }) => inactive)),
  ),
  clusterCheck(
    "inactivation",
    "A spare endpoint gets no new tunnel, keeps those it has, and is used when load rises",
    ["TCL-063"],
    "master",
    ["nat/inactivation"],
    (v) => {
      const off = v.messages("lan-e3", "deactivate")[0], on = v.messages("lan-e3", "activate")[0];
      const [first, second, third] = v.forwarded();
      if (first?.destination !== THIRD) return inconclusive("endpoint 3 had no tunnel");
      if (off === undefined) return fail("endpoint 3 inactivated", "it was not", refs(first));
      if (second === undefined || second.time < off.time) return inconclusive("no request came");
      if (second.destination === THIRD) return fail("another endpoint", "endpoint 3", refs(second));
      const hello = v.of("lan-e3", "HELLO", (p) => p.time > second.time)[0];
      if (hello === undefined) return inconclusive("nobody spoke in the tunnel of endpoint 3");
      const answered = sentTo(v, 3, ADDRESS.initiator).some((p) => p.nr === hello.ns + 1);
      if (!answered) return fail("the tunnel lives on", "HELLO is not answered", refs(hello));
      if (on === undefined) return fail("endpoint 3 activated", "it was not", refs(second));
      return third?.destination === THIRD
        ? pass
        : fail("endpoint 3, which has the least load", `${third?.destination}`, refs(third, on));
    },
  ),
  clusterCheck(
    "deterministic",
    "Requests of one key go to one endpoint, whatever their origin",
    ["TCL-065"],
    "master",
    ["nat/deterministic"],
    (v) => {
      const forwarded = v.forwarded();
      const site = forwarded.filter(({ source }) => source !== ADDRESS.stranger);
      const others = forwarded.filter(({ source }) => source === ADDRESS.stranger);
      if (new Set(site.map(({ source }) => source)).size < 2 || others.length < 9) {
        return inconclusive(`${site.length} and ${others.length} requests were forwarded`);
      }
      return all(
        places(site).size === 1
          ? undefined
          : fail("one endpoint", [...places(site)].join(", "), refs(...site)),
        places(others).size > 1
          ? undefined
          : inconclusive("requests of all keys went to one endpoint"),
      );
    },
  ),
];

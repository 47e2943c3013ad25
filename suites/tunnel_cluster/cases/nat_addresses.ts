/** The addresses of the NAT: its own, and one that it shares with the master (D4-05). */
import { leavingNat, repliesAtNat, translatedReplies } from "../facts/nat_traffic.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { clusterOf } from "../facts/cluster.ts";
import { isSameMessage } from "../facts/l2tp_packets.ts";
import { by, is, leaving, SCCRP, SCCRQ } from "../packet_changes.ts";
import { sharedAddress } from "../scenarios/data_path.ts";
import { strays } from "../scenarios/strays.ts";
import { kit } from "../vocabulary.ts";
import { isEmpty, keepsTo, PACKETS } from "./packet_rules.ts";

/** Addresses of the NAT. */
export const NAT_ADDRESSES: Section<TunnelClusterOverrides> = {
  title: "The addresses of the NAT",
  checks: [
    kit.testCase({
      name: "nat/no_master",
      title: "A request to the NAT's own address is not served",
      covers: ["TCL-029"],
      judges: ["nat"],
      on: [strays],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { nat, masterAddress } = cluster;
        const own = nat?.outsideAddresses ?? [];
        if (own.length === 0 || own.includes(masterAddress ?? "")) {
          return inconclusive("there is no NAT with an address other than the master's");
        }
        if (translatedReplies(cluster).length === 0) {
          return inconclusive("no translated SCCRP was captured");
        }
        return some(
          cluster.of(nat?.outside, "SCCRQ", (p) => own.includes(p.destination)),
          "request to the NAT",
        );
      },
      judge(facts, requests, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(
          requests,
          "request",
          (p) =>
            isEmpty(
              cluster.copies(cluster.nat?.inside, p).filter((copy) => isSameMessage(copy, p)),
              "it is not forwarded",
            ),
        );
      },
    }),
    kit.testCase({
      name: "nat/shared_address",
      title:
        "Where master and NAT have one address, requests to it are served and replies come from it",
      covers: ["TCL-029"],
      judges: ["nat"],
      on: [sharedAddress],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const { nat, masterAddress } = cluster;
        if (masterAddress === undefined || !nat?.outsideAddresses.includes(masterAddress)) {
          return inconclusive("there is no NAT that has the master address");
        }
        const asked = cluster.of(nat.outside, "SCCRQ", (p) => p.destination === masterAddress);
        if (asked.length === 0) return inconclusive("no request to the address was captured");
        // Whoever answers registrations is there.
        const isAlive = cluster.messages(nat.inside, "registerAck").length > 0;
        const replies = repliesAtNat(cluster);
        return replies.length > 0 || isAlive
          ? { masterAddress, replies, asked }
          : inconclusive("no SCCRP from inside was captured");
      },
      judge(facts, { masterAddress, replies, asked }, evidence) {
        const cluster = clusterOf(facts, evidence);
        const expected = "a request handed to an endpoint";
        if (replies.length === 0) {
          return cluster.of(cluster.nat?.inside, "SCCRQ").length > 0
            ? inconclusive("no endpoint replied")
            : fail(expected, "none", frameRefs(...asked.slice(0, 4)));
        }
        const left = leavingNat(cluster).filter(({ type }) => type === SCCRP);
        return gravest(
          left.length > 0
            ? keepsTo(left, masterAddress, ({ source }) => source === masterAddress)
            : fail("an SCCRP that leaves", "none", frameRefs(replies[0])),
          cluster.of(cluster.nat?.inside, "SCCCN").length > 0
            ? undefined
            : fail("an SCCCN for an endpoint", "none", frameRefs(replies[0])),
        );
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "serves",
      title: "Hands requests to its own address to an endpoint",
      role: "nat",
      violates: "TCL-029",
      alsoViolates: ["TCL-082"],
      rules: {
        nat: {
          mappingFor: (m, all, payload) =>
            m[0] ?? (messageTypeOf(payload) === SCCRQ ? all()[0] : undefined),
        },
      },
    }),
    kit.mutant({
      name: "takes_no_request",
      title: "Takes requests to the address that it shares with the master for those of tunnels",
      role: "nat",
      violates: "TCL-029",
      rules: { shared_address: { isRequest: () => false } },
    }),
    kit.mutant({
      name: "not_the_shared_address",
      title: "Replies from another address than the one that it shares with the master",
      role: "nat",
      violates: "TCL-029",
      alsoViolates: ["TCL-027", "TCL-051", "TCL-030", "TCL-031", "TCL-037", "TCL-088"],
      rules: leaving(is(SCCRP), by("spare")),
    }),
  ],
};

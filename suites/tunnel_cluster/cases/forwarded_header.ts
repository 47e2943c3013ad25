/** L109: of the IP header of a request nothing but the destination, the hops and the checksum change. */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { clusterOf } from "../facts/cluster.ts";
import { comparable } from "../facts/forwarding.ts";
import type { L2tpPacket } from "../facts/l2tp_packets.ts";
import { mended, sending } from "../packet_changes.ts";
import { bringUp } from "../scenarios/connection.ts";
import { strays } from "../scenarios/strays.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

/** Whether the class of service is as it was: congestion may be told where that is asked for (RFC 3168 §5). */
const keepsClass = (came: L2tpPacket, sent: L2tpPacket) =>
  came.dscp === sent.dscp && (came.ecn === sent.ecn || came.ecn !== 0 && sent.ecn === 3);

/** The section. */
export const FORWARDED_HEADER: Section<TunnelClusterOverrides> = {
  title: "Message 104: its IP header",
  checks: [
    kit.invariant({
      name: "master/class_of_service_kept",
      title: "A forwarded request keeps its differentiated services codepoint",
      covers: ["TCL-008"],
      judges: ["master"],
      on: [bringUp.nat, bringUp.global, strays],
      needs: PACKETS,
      subject: (facts, evidence) => comparable(clusterOf(facts, evidence)),
      judge: (_, found) =>
        gravestOf(found, "forwarded request", ({ sent, alike }) => {
          if (alike.length === 0 || alike.some((came) => keepsClass(came, sent))) return undefined;
          const [{ dscp, ecn }] = alike;
          return fail(
            `DSCP ${dscp}, ECN ${ecn}`,
            `DSCP ${sent.dscp}, ECN ${sent.ecn}`,
            frameRefs(alike[0], sent),
          );
        }),
    }),
    kit.invariant({
      name: "master/df_kept",
      title: "A forwarded request may be cut into fragments where, and only where, it might before",
      covers: ["TCL-008"],
      judges: ["master"],
      on: [strays],
      needs: PACKETS,
      subject(facts, evidence) {
        const found = comparable(clusterOf(facts, evidence));
        if (isInconclusive(found)) return found;
        const known = found.filter(({ alike }) => alike.length > 0);
        return known.some(({ alike }) => alike.some(({ dontFragment }) => dontFragment))
          ? known
          : inconclusive("no request that forbids fragments was forwarded");
      },
      judge: (_, found) =>
        gravestOf(
          found,
          "forwarded request",
          ({ sent, alike }) =>
            alike.some(({ dontFragment }) => dontFragment === sent.dontFragment) ? undefined : fail(
              `DF ${Number(!sent.dontFragment)}`,
              `${Number(sent.dontFragment)}`,
              frameRefs(alike[0], sent),
            ),
        ),
    }),
  ],
  mutants: [
    ...([["clears_df", "Clears DF", 0], ["sets_df", "Sets DF", 0x40]] as const).map((
      [name, title, flag],
    ) =>
      kit.mutant({
        name,
        title,
        role: "master",
        violates: "TCL-008",
        rules: sending((datagram) => {
          const out = datagram.slice();
          out[6] = out[6] & ~0x40 | flag;
          return [mended(out)];
        }),
      })
    ),
    kit.mutant({
      name: "clears_class_of_service",
      title: "Clears the differentiated services codepoint",
      role: "master",
      violates: "TCL-008",
      rules: sending((datagram) => {
        const out = datagram.slice();
        out[1] &= 3;
        return [mended(out)];
      }),
    }),
    kit.mutant({
      name: "tells_of_congestion",
      title: "Tells of congestion where nobody asked to be told",
      role: "master",
      violates: "TCL-008",
      rules: sending((datagram) => {
        const out = datagram.slice();
        out[1] |= 3;
        return [mended(out)];
      }),
    }),
  ],
};

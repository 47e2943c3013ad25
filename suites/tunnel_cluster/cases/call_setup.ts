/** L135, RFC 2661 §5.2: who is asked for a call answers it by its Session ID, and who asked connects it. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf } from "../../kit/verdict.ts";
import { type Cluster, clusterOf } from "../facts/cluster.ts";
import { formatPacket, type L2tpPacket } from "../facts/l2tp_packets.ts";
import { isFollowedBy } from "../facts/nat_rows.ts";
import { type Tunnel, tunnelsOfEndpoints, tunnelsOfInitiators } from "../facts/tunnels.ts";
import { ICRP, is, leaving, patched } from "../packet_changes.ts";
import { bringUp, manyTunnels } from "../scenarios/connection.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

const { CDN, ICCN, ICRQ, StopCCN } = MessageType;
/** Seconds in which a call that was asked for, or answered, goes on at a punctual device. */
const GOES_ON = 1;
/** Offset of the Session ID in a control message. */
const SESSION_ID = 6;

/** A tunnel, and a request for a call in it. */
interface Call {
  tunnel: Tunnel;
  asked: L2tpPacket;
}

/** Whether the captures go on until a device must have dealt with what came to it in a tunnel. */
const hadTimeFor = (cluster: Cluster, { place }: Tunnel, { time }: L2tpPacket) =>
  isFollowedBy(cluster, time + GOES_ON + toleranceOf(cluster.evidence, place.node) / 1000);

/** Requests for calls whose Session ID is told, in tunnels that nobody ended. */
function callsIn(cluster: Cluster, tunnels: readonly Tunnel[]): Call[] {
  return tunnels.filter(({ toEndpoint, toInitiator }) =>
    ![...toEndpoint, ...toInitiator].some(({ type }) => type === StopCCN)
  ).flatMap((tunnel) =>
    tunnel.toEndpoint.filter((p) =>
      p.type === ICRQ && p.assignedSession > 0 && hadTimeFor(cluster, tunnel, p)
    ).map((asked) => ({ tunnel, asked }))
  );
}

/** What answers a call: an ICRP or a CDN with the Session ID that it assigned. */
const answerOf = ({ tunnel, asked }: Call) =>
  tunnel.toInitiator.find((p) =>
    (p.type === ICRP || p.type === CDN) && p.sessionId === asked.assignedSession &&
    p.time >= asked.time
  );

/** The section. */
export const CALL_SETUP: Section<TunnelClusterOverrides> = {
  title: "L135: calls are answered, and connected",
  checks: [
    kit.testCase({
      name: "endpoint/answers_call",
      title: "A call is answered by the Session ID that its ICRQ assigns",
      covers: ["TCL-046"],
      judges: ["endpoint"],
      on: [bringUp.nat, bringUp.global, manyTunnels.nat, manyTunnels.global],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        return some(callsIn(cluster, tunnelsOfEndpoints(cluster)), "ICRQ at an endpoint");
      },
      judge: (_, calls) =>
        gravestOf(calls, "call", (call) => {
          if (answerOf(call) !== undefined) return undefined;
          const other = call.tunnel.toInitiator.find(({ type }) => type === ICRP);
          return fail(
            `an answer for session ${call.asked.assignedSession}`,
            other === undefined ? "none" : `${formatPacket(other)} for ${other.sessionId}`,
            frameRefs(call.asked, other),
          );
        }),
    }),
    kit.testCase({
      name: "initiator/connects_call",
      title: "A call that is answered is connected, or ended",
      covers: ["TCL-046"],
      judges: ["initiator"],
      on: [bringUp.nat, bringUp.global, manyTunnels.nat, manyTunnels.global],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        return some(
          callsIn(cluster, tunnelsOfInitiators(cluster)).flatMap((call) => {
            const answer = answerOf(call);
            return answer?.type === ICRP && hadTimeFor(cluster, call.tunnel, answer)
              ? [{ ...call, answer }]
              : [];
          }),
          "ICRP at an initiator",
        );
      },
      judge: (_, calls) =>
        gravestOf(
          calls,
          "call",
          ({ tunnel, answer }) =>
            tunnel.toEndpoint.some((p) =>
                (p.type === ICCN || p.type === CDN) && p.time >= answer.time &&
                p.sessionId === answer.assignedSession
              )
              ? undefined
              : fail("an ICCN or a CDN", "neither", frameRefs(answer)),
        ),
    }),
  ],
  mutants: [
    kit.mutant({
      name: "answers_another_session",
      title: "Answers calls with another Session ID in the header",
      role: "endpoint",
      violates: "TCL-046",
      alsoViolates: ["TCL-084"],
      rules: leaving(is(ICRP), patched(SESSION_ID, 9)),
    }),
    kit.mutant({
      name: "never_connects",
      title: "Sends no ICCN",
      role: "initiator",
      violates: "TCL-046",
      rules: leaving(is(ICCN), () => undefined),
    }),
  ],
};

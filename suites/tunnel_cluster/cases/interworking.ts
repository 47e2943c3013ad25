/** Cluster and initiators of all kinds: secrets, initiators that do not follow, endpoints that end. */
import { ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { clusterOf } from "../facts/cluster.ts";
import { attributesOf, isSameMessage, type L2tpPacket } from "../facts/l2tp_packets.ts";
import { type Tunnel, tunnelsOfEndpoints } from "../facts/tunnels.ts";
import { WRONG_PROOF } from "../packets.ts";
import { followers, secrets, wrongSecret } from "../scenarios/interworking.ts";
import { repeatedRequest } from "../scenarios/strays.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

const { ICRP, ICRQ, SCCCN, StopCCN } = MessageType;
/** Copies beyond which nobody has given up, and intervals after which who sends again has done so. */
const SEVERAL = 40, WAITED = 3.5;

const holds = (packet: L2tpPacket, name: "challenge" | "challengeResponse") =>
  attributesOf(packet).types.includes(ATTRIBUTES[name].type);

/** Whether an SCCCN has no Challenge Response, or one that proves nothing. */
const provesNothing = (packet: L2tpPacket) =>
  !holds(packet, "challengeResponse") || packet.octets.includes(WRONG_PROOF);

/** Whether a call was answered in a tunnel. */
const answersCalls = ({ toInitiator }: Tunnel) => toInitiator.some(({ type }) => type === ICRP);

/** Takes every request for one that it has not seen. */
function forgetful(): TunnelClusterOverrides {
  let count = 0;
  return { l2tp: { sccrqKey: () => `${count++}` } };
}

/** The world's initiators. */
export const INTERWORKING: Section<TunnelClusterOverrides> = {
  title: "Cluster and initiators of all kinds",
  checks: [
    kit.testCase({
      name: "endpoint/shared_secret",
      title: "Every endpoint proves the secret, and takes the proof of the initiator",
      covers: ["TCL-083"],
      judges: ["endpoint"],
      on: [secrets],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const challenged = cluster.endpoints.map((endpoint) => {
          const request = cluster.requestsAt(endpoint).find((p) => holds(p, "challenge"));
          const [reply] = cluster.of(
            cluster.tunnelTaps(endpoint),
            "SCCRP",
            (p) => p.destination === request?.source,
          );
          const [last] = cluster.of(
            cluster.tunnelTaps(endpoint),
            "SCCCN",
            (p) => p.source === request?.source,
          );
          const refused = cluster.of(cluster.tunnelTaps(endpoint), "StopCCN").length > 0;
          return { endpoint, request, reply, last, refused };
        });
        const unasked = challenged.find(({ request }) => request === undefined);
        if (unasked !== undefined) {
          return inconclusive(`${unasked.endpoint.node} was not challenged`);
        }
        const left = challenged.find(({ last, refused }) => last === undefined && !refused);
        return left === undefined
          ? challenged
          : inconclusive(`the initiator did not go on with ${left.endpoint.node}`);
      },
      judge(facts, challenged, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(challenged, "challenge", ({ endpoint, request, reply, last }) => {
          const proves = reply !== undefined && holds(reply, "challengeResponse");
          const taken = last !== undefined &&
            cluster.at(
                cluster.tunnelTaps(endpoint),
                (p) =>
                  p.destination === last.source && p.destinationPort === last.sourcePort &&
                  p.nr > 1 && p.type !== StopCCN,
              ).length > 0;
          return proves && taken ? undefined : fail(
            "a tunnel by the secret",
            `none with ${endpoint.node}`,
            frameRefs(request, reply, last),
          );
        });
      },
    }),
    kit.testCase({
      name: "endpoint/refuses_without_proof",
      title: "A call in a tunnel whose initiator did not prove the secret is not answered",
      covers: ["TCL-097"],
      judges: ["endpoint"],
      on: [wrongSecret],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const tunnels = tunnelsOfEndpoints(clusterOf(facts, evidence))
          .filter(({ reply }) => holds(reply, "challenge"));
        const unproven = tunnels.filter(({ toEndpoint }) => {
          const last = toEndpoint.find(({ type }) => type === SCCCN);
          return last !== undefined && provesNothing(last) &&
            toEndpoint.some(({ type }) => type === ICRQ);
        });
        const kinds = new Set(
          unproven.map(({ toEndpoint }) =>
            toEndpoint.some((p) => p.type === SCCCN && holds(p, "challengeResponse"))
          ),
        );
        if (kinds.size < 2) {
          return inconclusive("no calls with a wrong proof, and with none, came after a challenge");
        }
        return tunnels.some((tunnel) => !unproven.includes(tunnel) && answersCalls(tunnel))
          ? unproven
          : inconclusive("nobody who proved the secret was served either");
      },
      judge: (_, unproven) =>
        gravestOf(unproven, "tunnel", (tunnel) => {
          const answer = tunnel.toInitiator.find(({ type }) => type === ICRP);
          return answer && fail("no call", "an ICRP", frameRefs(tunnel.reply, answer));
        }),
    }),
    kit.testCase({
      name: "endpoint/gives_up",
      title: "A tunnel whose initiator does not follow ends, and others are served",
      covers: ["TCL-084"],
      judges: ["endpoint"],
      on: [followers],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const replies = cluster.replies();
        const left = Map.groupBy(
          replies,
          ({ endpoint, reply: p }) =>
            `${endpoint.node} ${p.destination}:${p.destinationPort}/${p.tunnelId} ${p.assigned}`,
        );
        // The tunnel that was begun last shows that the endpoints serve.
        const control = [...left.values()].map(([{ reply }]) => reply)
          .sort((a, b) => a.time - b.time).at(-1);
        if (control === undefined) return inconclusive("nobody was served");
        const found = [...left.values()].flatMap((sent) => {
          const [{ endpoint, reply }] = sent;
          // Tunnels of Tunnel ID 0 cannot be told apart.
          if (sent.length < 2 || reply.tunnelId === 0 || reply === control) return [];
          const followed = cluster.of(
            cluster.tunnelTaps(endpoint),
            "SCCCN",
            (p) => p.source === reply.destination && p.sourcePort === reply.destinationPort,
          );
          const times = sent.map(({ reply: { time } }) => time);
          const last = times.at(-1)!, gap = last - times.at(-2)!;
          // RFC 2661 §5.8 sets no limit to retransmissions: who may go on has not been waited for.
          const mayGoOn = sent.length <= SEVERAL && control.time - last <= WAITED * gap;
          return followed.length > 0 || mayGoOn ? [] : [{ sent, reply }];
        });
        return found.length > 0
          ? { control, found }
          : inconclusive("no endpoint was left waiting until it had given up");
      },
      judge: (_, { control, found }) =>
        gravestOf(found, "tunnel", ({ sent, reply }) => {
          if (sent.length <= SEVERAL) return undefined;
          const last = sent.at(-1)!.reply, actual = `its SCCRP is sent ${sent.length} times`;
          return fail("the tunnel given up", actual, frameRefs(reply, last, control));
        }),
    }),
    kit.testCase({
      name: "endpoint/one_tunnel",
      title: "A request that comes again is answered with the same Tunnel ID",
      covers: ["TCL-087"],
      judges: ["endpoint"],
      on: [repeatedRequest],
      needs: PACKETS,
      stimulus(facts, evidence) {
        const cluster = clusterOf(facts, evidence);
        const found = cluster.endpoints.flatMap((endpoint) => {
          const requests = cluster.requestsAt(endpoint);
          return requests.flatMap((request, i) => {
            const again = requests.findIndex((p) => isSameMessage(p, request)) < i;
            return again && request.assigned > 0 ? [{ endpoint, request }] : [];
          });
        });
        return some(found, "request that came to an endpoint again");
      },
      judge(facts, found, evidence) {
        const cluster = clusterOf(facts, evidence);
        return gravestOf(found, "request", ({ endpoint, request }) => {
          const replies = cluster.of(
            cluster.tunnelTaps(endpoint),
            "SCCRP",
            (p) =>
              p.destination === request.source && p.destinationPort === request.sourcePort &&
              p.tunnelId === request.assigned,
          );
          const ids = new Set(replies.map(({ assigned }) => assigned));
          if (ids.size === 0) return inconclusive("the request was not answered");
          return ids.size === 1
            ? undefined
            : fail("one Tunnel ID", [...ids].join(", "), frameRefs(request, ...replies));
        });
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "takes_any_proof",
      title: "Takes any proof of the secret, and none too",
      role: "endpoint",
      violates: "TCL-097",
      rules: { l2tp: { authenticates: () => true } },
    }),
    kit.mutant({
      name: "takes_silence_for_proof",
      title: "Takes an SCCCN without proof for one with a right one",
      role: "endpoint",
      violates: "TCL-097",
      rules: {
        l2tp: {
          authenticates: (expected, response) =>
            response === undefined || expected.every((octet, i) => octet === response[i]),
        },
      },
    }),
    kit.mutant({
      name: "another_secret",
      title: "Has another secret than the cluster",
      role: "endpoint",
      violates: "TCL-083",
      rules: {
        l2tp: { challengeResponse: () => new Uint8Array(16) },
      },
    }),
    kit.mutant({
      name: "never_gives_up",
      title: "Never gives an initiator up",
      role: "endpoint",
      violates: "TCL-084",
      alsoViolates: ["TCL-082"],
      rules: {
        l2tp: { givesUp: () => false },
      },
    }),
    kit.mutant({
      name: "tunnel_for_each",
      title: "Has a tunnel for each copy of a request",
      role: "endpoint",
      violates: "TCL-087",
      alsoViolates: ["TCL-093"],
      rules: forgetful(),
    }),
  ],
};

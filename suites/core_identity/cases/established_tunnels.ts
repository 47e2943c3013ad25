/** [0074], claims 48 and 59c: data go through the tunnels that were established, and through no others. */
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, isInconclusive, pass } from "../../kit/verdict.ts";
import * as control from "../../../captures/wire/core_identity_control.ts";
import { PacketType } from "../../../captures/wire/core_identity.ts";
import type { Transmission } from "../../../peers/machine.ts";
import { type WanFacts, wanFacts } from "../facts/wan.ts";
import type { WanTunnel } from "../facts/wan_types.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { FIGURE_10 } from "../scenarios/figure_10.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_8 } from "../scenarios/figure_8.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { changing } from "./packet_changes.ts";
import { dataOf } from "./premises.ts";

const establishedTunnels = (role: CoreIdentityRole) =>
  kit.invariant({
    name: `7/established_tunnels_of_${role}`,
    title: `The ${role} sends data through tunnels that were established, while they are open`,
    covers: [role === "sender" ? "CID-064" : "CID-102"],
    on: [FIGURE_7.sessions, FIGURE_8.sessions, FIGURE_9.sessions, FIGURE_10.sessions],
    judges: [role],
    needs: { wan: wanFacts },
    subject({ wan }, { world }) {
      if (world === "captures") {
        return inconclusive("captures alone need not show how each tunnel was established");
      }
      const sent = dataOf({ wan }, role);
      if (isInconclusive(sent)) return sent;
      const accepted = acceptedTunnels(wan);
      return { sent, accepted };
    },
    judge: (_, { sent, accepted }) =>
      gravestOf(sent.tunnels, "tunnel", ([key, tunnel]) => {
        const own = sent.setups.get(key), at = accepted.get(key);
        if (own?.greeting === undefined || at === undefined) {
          return wrong(tunnel, "nobody asked for it, or nobody accepted it");
        }
        if (tunnel.firstTime < at) return wrong(tunnel, "they begin before it is accepted");
        const { left } = own, { place, remoteAddress: to } = tunnel;
        if (left !== undefined && (left.place !== place || left.to !== to)) {
          return wrong(
            tunnel,
            `they leave by ${place} to ${to}, and it was set up by ${left.place} to ${left.to}`,
          );
        }
        const { closed, greetedAt = -Infinity } = own;
        if (closed === undefined || greetedAt > closed.time || tunnel.lastTime <= closed.time) {
          return pass;
        }
        return fail(
          `no data on tunnel ${tunnel.id} once it is closed`,
          `data ${((tunnel.lastTime - closed.time) * 1000).toFixed(1)} ms later`,
          frameRefs(closed.frame, { capture: tunnel.first.capture, number: tunnel.last }),
        );
      }),
  });

/** When each tunnel was accepted for the first time, in seconds. */
function acceptedTunnels(wan: WanFacts): Map<number, number> {
  const setups = wan.directions.filter(({ initiator }) => !initiator)
    .flatMap(({ setups }) => [...setups]);
  return new Map(
    setups.flatMap(([key, { greeting }]) => greeting === undefined ? [] : [[key, greeting.time]]),
  );
}

function wrong({ id, first }: WanTunnel, why: string) {
  return fail(
    `the data of tunnel ${id} go through a tunnel of that number that is established`,
    why,
    frameRefs(first),
  );
}

/** A CLOSE behind each CONFIRM. */
function closingAtOnce(sent: Transmission): Transmission[] {
  if ((sent.packet[0] & 15) !== PacketType.control) return [sent];
  const message = control.decode(sent.packet).record!;
  if (message.message !== control.Message.confirm) return [sent];
  const close = { ...message, message: control.Message.close, acknowledged: 0 };
  return [sent, { ...sent, packet: control.encode(close) }];
}

/** The section. */
export const ESTABLISHED_TUNNELS: Section = {
  title: "[0074], claims 48 and 59c: the tunnels that data go through",
  checks: [establishedTunnels("sender"), establishedTunnels("receiver")],
  mutants: [
    kit.mutant({
      name: "numbers_a_tunnel_otherwise",
      title: "Gives the data of its third tunnel a number that no tunnel has",
      role: "sender",
      violates: "CID-064",
      alsoViolates: ["CID-072", "CID-001", "CID-081"],
      rules: changing((packet) => packet.tunnelId === 3 ? { ...packet, tunnelId: 77 } : packet),
    }),
    kit.mutant({
      name: "exchanges_two_tunnels",
      title: "Gives the data of its first tunnel the number of the second, and the other way round",
      role: "sender",
      violates: "CID-064",
      alsoViolates: ["CID-072", "CID-001"],
      rules: changing((packet) =>
        packet.tunnelId === 1 || packet.tunnelId === 2
          ? { ...packet, tunnelId: 3 - packet.tunnelId }
          : packet
      ),
    }),
    kit.mutant({
      name: "sends_on_what_it_closed",
      title: "Closes each tunnel as soon as it is up, and goes on sending through it",
      role: "sender",
      violates: "CID-064",
      rules: { wire: { egress: closingAtOnce } },
    }),
    kit.mutant({
      name: "numbers_a_tunnel_otherwise",
      title: "Gives what it sends back on tunnel 3 a number that no tunnel has",
      role: "receiver",
      violates: "CID-102",
      rules: changing((packet) => packet.tunnelId === 3 ? { ...packet, tunnelId: 77 } : packet),
    }),
  ],
};

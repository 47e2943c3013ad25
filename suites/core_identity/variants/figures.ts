/** [0039] to [0066], [0078] to [0083], [0098]: choices that one form of the system leaves open. */
import * as control from "../../../captures/wire/core_identity_control.ts";
import { PacketType } from "../../../captures/wire/core_identity.ts";
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import type { Transmission } from "../../../peers/machine.ts";
import type { Section } from "../../kit/suite.ts";
import { kit } from "../vocabulary.ts";

type Choice = Omit<Parameters<typeof kit.legalVariant>[0], "role">;

/** Of a receiver that reports sessions. */
const reporting = [
  {
    name: "reports_each_untagged_datagram",
    title: "Reports a session for each of its datagrams that comes without identity",
    source: "seed 000 [0039]: in case there is no core identity in a datagram",
    rules: { node: { reportPause: 0 } },
  },
  {
    name: "reports_after_three_datagrams",
    title: "Reports a session when three of its datagrams have come",
    source: "seed 000 [0043], [0049]: after the initial few datagrams of a new flow",
    rules: { node: { reports: (_before, untagged) => untagged >= 3 } },
  },
  {
    name: "reports_at_length",
    title: "Reports a session again after a second at the earliest",
    source: "seed 000 [0039], [0043]: no interval is given",
    rules: { node: { reportPause: 1000 } },
  },
  {
    name: "reports_late",
    title: "Reports a session five milliseconds after its first datagram",
    source: "seed 000 [0043]: there is no limit on when the steps are performed",
    rules: { node: { reportDelay: 5 } },
  },
  {
    name: "reports_twice",
    title: "Sends every report twice",
    source: "seed 000 D0-03; RFC 768: UDP may duplicate",
    rules: {
      wire: { egress: (sent) => isReport(sent) ? [sent, sent] : [sent] },
    },
  },
] as const satisfies readonly Choice[];

/** Of a sender that uses reports. */
const reported = [
  {
    name: "tags_from_the_second_datagram",
    title: "Writes an identity from the second datagram after its report on",
    source: "seed 000 [0044]: all datagrams, except the first one or the first few",
    rules: {
      node: {
        identityReported: (own, _latest, _number, since) => since < 1 ? undefined : own,
      },
    },
  },
  {
    name: "tags_from_the_fourth_datagram",
    title: "Writes an identity from the fourth datagram after its report on",
    source: "seed 000 [0044]: all datagrams, except the first one or the first few",
    rules: {
      node: {
        identityReported: (own, _latest, _number, since) => since < 3 ? undefined : own,
      },
    },
  },
] as const satisfies readonly Choice[];

/** Of a receiver that gives one identity for an aggregated tunnel. */
const giving = [
  {
    name: "gives_the_identity_once",
    title: "Gives the identity in HELLO ACK on the first tunnel alone",
    source: "seed 000 [0055]: during the establishment of the aggregated tunnel",
    rules: givingOn((tunnel) => tunnel === 1),
  },
  {
    name: "gives_the_identity_on_the_last_tunnel",
    title: "Gives the identity in HELLO ACK of all tunnels but the first",
    source: "seed 000 [0055]: during the establishment of the aggregated tunnel",
    rules: givingOn((tunnel) => tunnel !== 1),
  },
] as const satisfies readonly Choice[];

/** Of a sender that is given one. */
const given = [
  {
    name: "gives_an_identity_unasked",
    title: "Gives an identity in HELLO although nobody asked for one",
    source: "seed 000 [0060]: the sender may also send a core identity",
    rules: { node: { givesIdentityInHello: () => true } },
  },
] as const satisfies readonly Choice[];

/** The section. */
export const FIGURE_VARIANTS: Section<CoreIdentityOverrides> = {
  title: "FIG. 1, 4 and 5: reports, and the one identity",
  checks: [],
  legalVariants: [
    ...reporting.map((choice) =>
      kit.legalVariant({ role: "receiver", classes: ["F1", "F4"], ...choice })
    ),
    ...reported.map((choice) =>
      kit.legalVariant({ role: "sender", classes: ["F1", "F4"], ...choice })
    ),
    ...giving.map((choice) => kit.legalVariant({ role: "receiver", classes: ["F5"], ...choice })),
    ...given.map((choice) => kit.legalVariant({ role: "sender", classes: ["F5"], ...choice })),
  ],
};

/** Whether a packet is a report of a session. */
function isReport({ packet }: Transmission): boolean {
  return (packet[0] & 15) === PacketType.control &&
    control.decode(packet).record?.message === control.Message.report;
}

/** A device that gives the identity on some tunnels alone. */
function givingOn(gives: (tunnel: number) => boolean): CoreIdentityOverrides {
  return {
    node: {
      givesAggregateIdentity: (selected, _message, tunnel) => gives(tunnel) ? selected : undefined,
    },
  };
}

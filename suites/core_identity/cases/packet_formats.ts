/** D0-08 to D0-10, D0-13: the formats of packets, wherever and whenever a device sends them. */
import * as control from "../../../captures/wire/core_identity_control.ts";
import { PacketType } from "../../../captures/wire/core_identity.ts";
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, pass, type Verdict } from "../../kit/verdict.ts";
import type { Faults } from "../facts/packet_faults.ts";
import { wanFacts } from "../facts/wan.ts";
import type { WanDirection } from "../facts/wan_types.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { FIGURE_10 } from "../scenarios/figure_10.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { FIGURE_8 } from "../scenarios/figure_8.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { changing, saying } from "./packet_changes.ts";

const BOTH = ["sender", "receiver"] as const;

/** Fails at the first kind of fault. */
function without({ all }: Faults): Verdict {
  const [first] = all;
  if (first === undefined) return pass;
  const [what, { packets, first: frame }] = first;
  return fail("packets of the declared format", `in ${packets} packets ${what}`, frameRefs(frame));
}

/** What the devices of a role sent of some kind. */
function sentBy(
  sent: readonly WanDirection[],
  what: string,
  has: (direction: WanDirection) => boolean,
) {
  const found = sent.filter(has);
  return found.length > 0 ? found : inconclusive(`no ${what} was captured`);
}

const dataFormat = (role: CoreIdentityRole) =>
  kit.invariant({
    name: `common/data_format_${role}`,
    title: "Data packets have the bits, lengths and sections of the declared format",
    covers: ["CID-111"],
    on: [FIGURE_7.sessions, ...(role === "sender" ? [FIGURE_9.payload] : [])],
    judges: [role],
    needs: { wan: wanFacts },
    subject: ({ wan }) =>
      sentBy(wan.of(role), `data packet of the ${role}`, ({ packets, unreadable }) =>
        packets > unreadable),
    judge: (_, sent) =>
      gravestOf(sent, "device", ({ dataFaults }) =>
        without(dataFaults)),
  });

const splitting = kit.invariant({
  name: "common/splitting",
  title: "The pieces of a datagram lie end to end, and no other datagram has their number",
  covers: ["CID-112"],
  on: [FIGURE_7.sessions, FIGURE_8.sessions, FIGURE_9.sessions, FIGURE_10.sessions],
  judges: ["sender"],
  needs: { wan: wanFacts },
  subject: ({ wan }) => sentBy(wan.of("sender"), "datagram in pieces", ({ pieces }) => pieces > 0),
  judge: (_, sent) => gravestOf(sent, "device", ({ pieceFaults }) => without(pieceFaults)),
});

const controlFormat = (role: CoreIdentityRole) =>
  kit.invariant({
    name: `common/control_format_${role}`,
    title: "Control messages are of the declared format, their numbers and announcements add up",
    covers: ["CID-113"],
    on: [FIGURE_7.sessions, FIGURE_7_NETWORKS.outer_ipv6],
    judges: [role],
    needs: { wan: wanFacts },
    subject: ({ wan }) =>
      sentBy(wan.of(role), `control message of the ${role}`, ({ messages }) => messages > 0),
    judge: (_, sent) => gravestOf(sent, "device", ({ controlFaults }) => without(controlFaults)),
  });

/** The list of identities, each 4096 more. */
function identitiesMoved({ type, value }: control.Attribute): control.Attribute {
  if (type !== control.AttributeType.identities) return { type, value };
  return { type, value: value.map((octet, i) => i % 8 === 6 ? octet + 16 : octet) };
}

/** Whether a packet is an answer to a keepalive. */
const isAnswer = (packet: Uint8Array) =>
  (packet[0] & 15) === PacketType.control &&
  control.decode(packet).record?.message === control.Message.keepaliveAck;

/** Faults by name: what the device does, what it breaks, and the rules that do it. */
const FAULTS: Readonly<
  Record<string, readonly [string, "CID-111" | "CID-113", CoreIdentityOverrides]>
> = {
  sets_the_reserved_bit: [
    "Sets the reserved bit of data packets",
    "CID-111",
    changing((packet) => ({ ...packet, reserved: 1 })),
  ],
  tells_a_clear_length: [
    "Tells a Clear Length where nothing is sealed",
    "CID-111",
    changing((packet) => packet.sealed ? packet : { ...packet, clearLength: 20 }),
  ],
  sets_flags_of_messages: [
    "Sets a flag of control messages that has no meaning",
    "CID-113",
    saying((message) => ({ ...message, flags: message.flags | 1 })),
  ],
  answers_nothing: [
    "Says in no answer to what it is one",
    "CID-113",
    saying((message) =>
      message.message === control.Message.keepaliveAck ||
        message.message === control.Message.confirm ||
        message.message === control.Message.updateAck
        ? { ...message, acknowledged: 0 }
        : message
    ),
  ],
  tells_version_2: [
    "Tells Version 2 in data packets",
    "CID-111",
    changing((packet) => ({ ...packet, version: 2 })),
  ],
  sends_a_third_type: [
    "Sends a packet of a type that nobody knows behind each data packet",
    "CID-111",
    {
      wire: {
        egress: (sent) =>
          (sent.packet[0] & 15) === PacketType.data
            ? [sent, { ...sent, packet: Uint8Array.from([0x13, 0, 0, 0]) }]
            : [sent],
      },
    },
  ],
  answers_another_message: [
    "Names the message before in its answers to keepalives",
    "CID-113",
    saying((message) =>
      message.message === control.Message.keepaliveAck
        ? { ...message, acknowledged: message.acknowledged + 1000 }
        : message
    ),
  ],
  answers_another_update: [
    "Names another message in its answers to updates",
    "CID-113",
    saying((message) =>
      message.message === control.Message.updateAck
        ? { ...message, acknowledged: message.acknowledged + 1000 }
        : message
    ),
  ],
  answers_by_one_interface: [
    "Sends its answers by its first access network, whatever way the question came",
    "CID-113",
    {
      wire: {
        egress: (sent) => [
          sent.port === "wan1" && isAnswer(sent.packet) ? { ...sent, port: "wan0" } : sent,
        ],
      },
    },
  ],
  says_two_things_in_one_version: [
    "Announces other identities on its second tunnel, under the same version",
    "CID-113",
    saying((message) =>
      message.coreCount > 0 && message.tunnelId === 2
        ? { ...message, attributes: message.attributes.map(identitiesMoved) }
        : message
    ),
  ],
  tells_cores_everywhere: [
    "Tells its number of cores in every message",
    "CID-113",
    saying((message) => ({ ...message, coreCount: Math.max(1, message.coreCount) })),
  ],
};

/** The section. */
export const PACKET_FORMATS: Section<CoreIdentityOverrides> = {
  title: "D0-08 to D0-10, D0-13: the formats of packets",
  checks: [
    ...BOTH.map(dataFormat),
    splitting,
    ...BOTH.map(controlFormat),
  ],
  mutants: [
    ...BOTH.flatMap((role) =>
      Object.entries(FAULTS).filter(([name]) => role === "sender" || name !== "answers_nothing")
        .map(([name, [title, violates, rules]]) =>
          // A packet that its tag no longer fits carries nothing.
          kit.mutant({ name, title, role, violates, alsoViolates: ["CID-109"], rules })
        )
    ),
    kit.mutant({
      name: "pieces_of_several_lengths",
      title: "Tells in a piece the octets up to its end for the length of the datagram",
      role: "sender",
      violates: "CID-112",
      alsoViolates: ["CID-074", "CID-097", "CID-073", "CID-106", "CID-109"],
      rules: changing((packet) => ({
        ...packet,
        datagramLength: packet.pieceOffset === 0
          ? packet.datagramLength
          : packet.datagramLength + 4,
      })),
    }),
    kit.mutant({
      name: "pieces_that_overlap",
      title: "Says of later pieces that they begin eight octets sooner",
      role: "sender",
      violates: "CID-112",
      alsoViolates: ["CID-074", "CID-097", "CID-073", "CID-106", "CID-109"],
      rules: changing((packet) =>
        packet.pieceOffset === 0 ? packet : { ...packet, pieceOffset: packet.pieceOffset - 8 }
      ),
    }),
    kit.mutant({
      name: "one_number_for_all",
      title: "Gives all datagrams in pieces one number",
      role: "sender",
      violates: "CID-112",
      alsoViolates: ["CID-074", "CID-097", "CID-073", "CID-001", "CID-063", "CID-109"],
      rules: changing((packet) =>
        // What an encrypted header says can only be guessed.
        !packet.headerEncrypted && packet.piece.length < packet.datagramLength
          ? { ...packet, datagramNumber: 7 }
          : packet
      ),
    }),
  ],
};

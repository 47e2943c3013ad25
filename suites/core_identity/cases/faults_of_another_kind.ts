/** Second faults of rules with several dimensions: another way, moment or number than those beside the checks. */
import {
  type DataPacket,
  decode,
  encode,
  IdentityKind,
  Placement,
  SEAL_LENGTH,
} from "../../../captures/wire/core_identity.ts";
import { datagramAssociated } from "../../../peers/core_identity/protection.ts";
import { RECEIVER_RULES, SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import { Seal, SealUse } from "../../../peers/core_identity/seal.ts";
import { LAB_KEY } from "../node_setup.ts";
import { changing, isData } from "./packet_changes.ts";
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import type { ProcessorInformation } from "../../../captures/wire/core_identity_information.ts";
import type { Section } from "../../kit/suite.ts";
import { kit } from "../vocabulary.ts";

/** Goes by the processor information of whoever told it first, whoever the peer is. */
function ofTheFirstPeer() {
  let first: ProcessorInformation | undefined;
  return (peer: ProcessorInformation | undefined) => first ??= peer;
}

/** Sends the first datagram of all although nothing is known of the peer's cores. */
function oneTooEarly(): CoreIdentityOverrides {
  let early = true;
  return {
    node: {
      mayLeave: (information, tunnelsUp) => early || SENDER_RULES.mayLeave(information, tunnelsUp),
      informationUsed(peer) {
        early &&= peer !== undefined;
        return peer;
      },
    },
  };
}

/** Takes a datagram as whole whose tag differs in its last octet. */
function cutsTags(): CoreIdentityOverrides {
  const key = Uint8Array.fromHex(LAB_KEY), forward = 1;
  const isRight = (packet: DataPacket, whole: Uint8Array) => {
    const end = whole.length - SEAL_LENGTH, clear = whole.subarray(0, packet.clearLength);
    const bound = datagramAssociated(
      packet.aggregateId,
      packet.datagramNumber,
      packet.identity ?? 0n,
      clear,
    );
    const seal = new Seal(key, 0), cipher = whole.subarray(packet.clearLength, end);
    return seal.open(SealUse.datagram, forward, cipher, bound, whole.subarray(end)) !== undefined;
  };
  return {
    wire: {
      ingress(bytes) {
        const packet = isData(bytes) ? decode(bytes).record : undefined;
        if (packet === undefined || !packet.sealed || packet.headerEncrypted) return bytes;
        const { piece } = packet;
        if (piece.length < packet.datagramLength || isRight(packet, piece)) return bytes;
        const other = piece.slice();
        other[other.length - 1] ^= 0xff;
        return isRight(packet, other) ? encode({ ...packet, piece: other }) : bytes;
      },
    },
  };
}

/** Stores the first pair of each session where it does not find it again. */
function storesTwice(): CoreIdentityOverrides {
  const stored = new Set<bigint>();
  return {
    node: {
      storeKey(id) {
        const isFirst = !stored.has(id);
        stored.add(id);
        return isFirst ? `first ${id}` : RECEIVER_RULES.storeKey(id);
      },
    },
  };
}

/** What a sender cannot keep that does not tell sessions apart. */
const TOO_COARSE = [
  ...["CID-042", "CID-043"] as const,
  ...["CID-002", "CID-003", "CID-004", "CID-007", "CID-055"] as const,
  ...["CID-057", "CID-060", "CID-061", "CID-062"] as const,
];

/** The section. */
export const FAULTS_OF_ANOTHER_KIND: Section<CoreIdentityOverrides> = {
  title: "Second faults of rules with several dimensions",
  checks: [],
  mutants: [
    kit.mutant({
      name: "one_datagram_too_early",
      title: "Sends one datagram before it knows the peer's cores",
      role: "sender",
      violates: "CID-052",
      alsoViolates: ["CID-064", "CID-092"],
      rules: oneTooEarly(),
    }),
    kit.mutant({
      name: "selects_by_protocol",
      title: "Gives all sessions of a transport protocol the same core",
      role: "sender",
      violates: "CID-067",
      alsoViolates: TOO_COARSE,
      rules: {
        node: {
          selectCore: ({ identities }, { datagram }) => datagram.protocol % identities.length,
        },
      },
    }),
    kit.mutant({
      name: "three_of_two",
      title: "Takes three cores in turn of a receiver that has two",
      role: "sender",
      violates: "CID-068",
      alsoViolates: ["CID-007", "CID-058", "CID-099"],
      rules: {
        node: {
          selectCore: (information, selection) =>
            information.identities.length === 2
              ? selection.count % 3
              : SENDER_RULES.selectCore(information, selection),
        },
      },
    }),
    kit.mutant({
      name: "moves_the_id_outward",
      title: "Puts a session-ID that belongs into the payload into the tunnel header",
      role: "sender",
      violates: "CID-080",
      rules: changing((packet) =>
        packet.placement === Placement.payload && packet.kind === IdentityKind.session
          ? { ...packet, placement: Placement.tunnel, section: undefined }
          : packet
      ),
    }),
    kit.mutant({
      name: "compares_fifteen_octets",
      title: "Compares all octets of a tag but the last",
      role: "receiver",
      violates: "CID-087",
      alsoViolates: ["CID-110"],
      rules: cutsTags(),
    }),
    kit.mutant({
      name: "binds_at_the_second",
      title: "Binds a session anew with its second packet",
      role: "receiver",
      violates: "CID-088",
      alsoViolates: ["CID-001", "CID-005", "CID-019", "CID-020", "CID-089", "CID-090", "CID-093"],
      rules: storesTwice(),
    }),
    kit.mutant({
      name: "information_of_the_first",
      title: "Selects the cores of all receivers by what the first of them announced",
      role: "sender",
      violates: "CID-007",
      alsoViolates: [
        "CID-043",
        "CID-031",
        "CID-054",
        "CID-055",
        "CID-058",
        "CID-062",
        "CID-068",
        "CID-099",
      ],
      rules: { node: { informationUsed: ofTheFirstPeer() } },
    }),
    kit.mutant({
      name: "steers_third_tunnel",
      title: "Takes what comes by the third tunnel to the next core",
      role: "receiver",
      violates: "CID-019",
      alsoViolates: [
        "CID-010",
        "CID-011",
        "CID-016",
        "CID-075",
        "CID-098",
        "CID-021",
        "CID-014",
        "CID-015",
        "CID-001",
        "CID-005",
        "CID-006",
        "CID-029",
        "CID-031",
        "CID-054",
        "CID-065",
        "CID-066",
        "CID-086",
        "CID-088",
        "CID-089",
        "CID-090",
        "CID-093",
        "CID-104",
        "CID-106",
        "CID-107",
        "CID-110",
      ],
      rules: {
        node: {
          coreUsed: (named, { tunnelId }, cores) => tunnelId === 3 ? (named + 1) % cores : named,
        },
      },
    }),
    kit.mutant({
      name: "looks_up_in_53_bits",
      title: "Looks session-IDs up as floating-point numbers",
      role: "receiver",
      violates: "CID-093",
      alsoViolates: [
        "CID-001",
        "CID-005",
        "CID-019",
        "CID-065",
        "CID-086",
        "CID-088",
        "CID-089",
        "CID-090",
        "CID-110",
      ],
      rules: { node: { lookupKey: (id) => Number(id).toString(16) } },
    }),
    kit.mutant({
      name: "one_identity_of_two_processors",
      title: "Begins the numbers of each processor with the last of the one before",
      role: "receiver",
      violates: "CID-107",
      alsoViolates: ["CID-051", "CID-053", "CID-056"],
      rules: { node: { identityOfCore: ({ index, unit }) => BigInt(index - unit) } },
    }),
  ],
};

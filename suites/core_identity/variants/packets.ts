/** [0053], [0066], [0080], [0086] to [0089]: places, sizes and numbers in encapsulation packets. */
import * as data from "../../../captures/wire/core_identity.ts";
import { hashOf } from "../../../peers/core_identity/session.ts";
import { takeHop } from "../../../peers/net/hop.ts";
import type { Section } from "../../kit/suite.ts";
import { kit } from "../vocabulary.ts";

/** A datagram as a router passes it on. */
function routed(datagram: Uint8Array): Uint8Array {
  const passed = datagram.slice();
  takeHop(passed);
  return passed;
}

/** So close to the end of 32 bits that the numbers wrap within a scenario. */
const BEFORE_WRAP = 2 ** 32 - 50;

const PIECES = "seed 000 [0074], [0080]: one or more encapsulation packets";
const NUMBERS = "seed 000 [0086]: sequence numbers, of which no first one is given";
const SESSION_IDS = "seed 000 [0066]: there is no limitation on format, data type or length";

const choices = [
  {
    name: "identity_in_outer_header",
    title: "Puts the identity into the encapsulation header where no place is asked for",
    source: "seed 000 [0053], [0088]",
    rules: { node: { placement: (asked) => asked ?? "encapsulation" } },
  },
  {
    name: "authenticates_packets",
    title: "Seals packets as a whole wherever there is a key",
    source: "seed 000 [0036]: tunnels may or may not encrypt",
    rules: { node: { authenticates: (asked) => asked ?? true } },
  },
  {
    name: "encrypts_headers",
    title: "Encrypts tunnel headers wherever there is a key and nothing else is asked for",
    source: "seed 000 [0086]: the sender may or may not encrypt the aggregated tunnel header",
    classes: ["F8", "F9", "F9i", "F10"],
    rules: { node: { encryptsHeader: (asked) => asked ?? true } },
  },
  {
    name: "encrypts_datagrams",
    title: "Encrypts whole datagrams wherever there is a key and nothing else is asked for",
    source: "seed 000 [0087]: the datagram may or may not be encrypted",
    rules: { node: { cover: (asked) => asked ?? "whole" } },
  },
  {
    name: "leaves_more_clear",
    title: "Leaves 60 octets of a datagram clear where a part is to be encrypted",
    source: "seed 000 [0084]: only parts of the datagrams may be encrypted",
    classes: ["F9"],
    rules: {
      node: { clearOctets: (asked, length) => asked === 0 ? 0 : Math.min(60, length) },
    },
  },
  {
    name: "routes_what_it_takes_in",
    title: "Takes one off the TTL of the datagrams that it takes in",
    source: "seed 000 [0032]: a router; RFC 1812 §5.3.1",
    rules: { node: { takenIn: routed } },
  },
  {
    name: "small_pieces",
    title: "Splits what is longer than 200 octets",
    source: PIECES,
    rules: { node: { pieceOctets: (room) => Math.min(room, 200) } },
  },
  {
    name: "even_pieces",
    title: "Splits what is too long into pieces of about the same length",
    source: PIECES,
    rules: {
      node: { pieceOctets: (room, length) => Math.ceil(length / Math.ceil(length / room)) },
    },
  },
  {
    name: "last_piece_first",
    title: "Sends the pieces of a datagram from the last to the first",
    source: PIECES,
    rules: {
      node: { pieceOrder: (pieces) => Array.from({ length: pieces }, (_, i) => pieces - 1 - i) },
    },
  },
  {
    name: "numbers_from_elsewhere",
    title: "Begins all numbers of data packets somewhere in the middle",
    source: NUMBERS,
    rules: {
      node: {
        firstTunnelSequence: 1_000_000,
        firstGlobalSequence: 3_000_000_000,
        firstDatagramNumber: 77,
      },
    },
  },
  {
    name: "numbers_that_wrap",
    title: "Begins all numbers of data packets shortly before they wrap",
    source: NUMBERS,
    rules: {
      node: {
        firstTunnelSequence: BEFORE_WRAP,
        firstGlobalSequence: BEFORE_WRAP,
        firstDatagramNumber: BEFORE_WRAP,
      },
    },
  },
  {
    name: "leaves_splitting_to_ip",
    title: "Splits no datagram, and lets IP fragment what is too long",
    source: "RFC 791 §2.3: internet fragmentation; seed 000 [0074]: one or more packets",
    rules: { node: { pieceOctets: (_room, length) => length } },
  },
  {
    name: "numbers_pieces_alone",
    title: "Gives all datagrams that are whole the number 0",
    source: "seed 000 [0086]: numbers are examples; D0-09: they tell pieces of one datagram",
    rules: {
      wire: {
        egress(sent) {
          const { record: packet } = data.decode(sent.packet);
          const isClear = packet?.type === data.PacketType.data && !packet.authenticated;
          if (!isClear || packet.sealed || packet.piece.length < packet.datagramLength) {
            return [sent];
          }
          return [{ ...sent, packet: data.encode({ ...packet, datagramNumber: 0 }) }];
        },
      },
    },
  },
  {
    name: "random_looking_nonces",
    title: "Makes nonces that look like nothing, each another",
    source: "RFC 5116 §3.2: any nonces that are distinct",
    rules: { node: { nonce: (next) => next * 0x9e3779b97f4a7c15n & 0xffffffffffffffffn } },
  },
  {
    name: "counted_session_ids",
    title: "Numbers sessions from zero for their session-IDs",
    source: SESSION_IDS,
    classes: ["F9", "F10"],
    heavy: true,
    rules: {
      node: {
        sessionId: (candidate, { sessions, asked }) =>
          asked === undefined ? BigInt(sessions) : candidate,
      },
    },
  },
  {
    name: "hashed_session_ids",
    title: "Makes session-IDs of a hash of the session's key",
    source: "seed 000 [0065]: the session-ID is a hash value",
    classes: ["F9", "F10"],
    heavy: true,
    rules: {
      node: {
        sessionId: (candidate, { key, sessions, asked }) =>
          asked === undefined ? BigInt(hashOf(key)) << 32n | BigInt(sessions) : candidate,
      },
    },
  },
  {
    name: "session_ids_as_text",
    title: "Makes session-IDs of eight characters",
    source: "seed 000 [0066]: plain-text alphanumeric",
    classes: ["F9", "F10"],
    rules: {
      node: {
        sessionId: (candidate, { sessions, asked }) =>
          asked === undefined ? asText(sessions) : candidate,
      },
    },
  },
  {
    name: "no_udp_checksum",
    title: "Sends UDP without a checksum over IPv4",
    source: "RFC 768: all zero means that the transmitter generated no checksum",
    rules: {
      wire: {
        egress: (sent) => [{ ...sent, checksum: sent.to?.address.includes(":") !== false }],
      },
    },
  },
] satisfies readonly Omit<Parameters<typeof kit.legalVariant>[0], "role">[];

/** A number as eight letters of ASCII. */
function asText(number: number): bigint {
  const text = number.toString(36).toUpperCase().padStart(8, "A");
  return [...text].reduce((value, letter) => value << 8n | BigInt(letter.charCodeAt(0)), 0n);
}

/** The section. */
export const PACKET_VARIANTS: Section = {
  title: "[0053], [0066], [0080], [0086] to [0089]: places, sizes and numbers",
  checks: [],
  legalVariants: choices.map((choice) => kit.legalVariant({ role: "sender", ...choice })),
};

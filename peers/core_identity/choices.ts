/**
 * Choices of a node that source 000 leaves open and no requirement is about: sizes, first numbers,
 * times, places. Legal variants replace them; what a configuration asks for goes before all of them.
 */
import type { Attribute } from "../../captures/wire/core_identity_control.ts";
import type { ProcessorInformation } from "../../captures/wire/core_identity_information.ts";
import type { NodeConfig } from "./config.ts";

/** What of an aggregated tunnel is up. */
export interface Readiness {
  /** Tunnels that are up, and tunnels that there are to be. */
  up: number;
  all: number;
  /** Whether all of them were up at one time. */
  wasWhole: boolean;
}

/** The rules that stand for these choices. */
export const CHOICE_RULES = {
  /** [0053], [0086], [0088]: where the identity stands; `asked` is undefined where nothing was. */
  placement: (asked: NodeConfig["placement"]): NonNullable<NodeConfig["placement"]> =>
    asked ?? "tunnel",

  /** Whether packets bear a tag that binds all of them, where there is a key. */
  authenticates: (asked: boolean | undefined): boolean => asked ?? false,

  /** [0084], [0087]: how much of a datagram is encrypted, where there is a key. */
  cover: (asked: NodeConfig["cover"]): NonNullable<NodeConfig["cover"]> => asked ?? "none",

  /** [0046], [0050]: the datagram that leaves on behalf of one from the LAN. */
  takenIn: (datagram: Uint8Array): Uint8Array => datagram,

  /** [0080]: octets of the next piece of a datagram, out of those that fit a packet. */
  pieceOctets: (room: number, _datagramLength: number): number => room,

  /** [0089]: in which order the pieces of a datagram leave, as positions. */
  pieceOrder: (pieces: number): number[] => Array.from({ length: pieces }, (_, i) => i),

  /** [0086]: the numbers of the first packet on a tunnel, of an aggregate, and of its first datagram. */
  firstTunnelSequence: 0,
  firstGlobalSequence: 0,
  firstDatagramNumber: 0,

  /** [0055]: whether data may leave as soon as so much of the aggregated tunnel is up. */
  isReady: ({ up }: Readiness): boolean => up > 0,

  /** Datagrams that wait until then; what is more is lost, as the source promises no queue. */
  queueLimit: 1024,

  /** [0031]: the id of the tunnel between the networks at these positions. */
  tunnelId: (own: number, peer: number, peers: number): number => own * peers + peer + 1,

  /** [0031]: milliseconds after which the tunnel at a position is opened. */
  opensAfter: (_position: number): number => 0,

  /** Milliseconds until an unanswered HELLO is sent again, `times` of them having been sent. */
  repeatsAfter: (times: number): number => 200 * Math.min(4, times),

  /** Milliseconds between keepalives (D0-13). */
  keepalive: (asked: number | undefined): number => asked ?? 1000,

  /** Whether this end asks for signs of life by itself, and does not only answer. */
  asksForLife: (_initiator: boolean): boolean => true,

  /** The numbers of the first control message and of the first processor information. */
  firstControlSequence: 1,
  firstVersion: 1,

  /** [0068]-[0070]: what is told of the own cores, out of what there is to tell. */
  told: (information: ProcessorInformation): ProcessorInformation => information,

  /** [0068]: the attributes of a control message, in their order. */
  attributes: (attributes: Attribute[]): Attribute[] => attributes,

  /** [0070]: whether changes of the own cores are told at all. */
  tellsUpdates: true,

  /** [0070]: on how many of the usable tunnels a change is told. */
  updateTunnels: (_usable: number): number => 1,
};

/** The choices of RFC 2661 §4.4.3, §5.1, §5.5, §5.7, §7.2 and §8.1 about tunnels, by name. */
import type { AttributeValues } from "../../../captures/wire/l2tp_attributes.ts";
import type { ProtocolVersion } from "../../../captures/wire/l2tp_values.ts";
import { chapMd5 } from "../../../captures/wire/ppp_chap_md5.ts";
import type { Endpoint } from "../../machine.ts";
import type { L2tpConfig } from "../config.ts";
import {
  CONTROL_CONNECTION,
  type ControlAction,
  type ControlEvent,
  type ControlState,
} from "../control_connection.ts";
import type { Fault } from "../fault.ts";
import type { Transition } from "../state_table.ts";

/** How a collision of two SCCRQ ends for this side. */
export type Tie = "win" | "lose" | "both_lose" | "two_tunnels";

function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.address === b.address && a.port === b.port;
}

/** Rules about control connections. */
export const CONTROL_CONNECTION_RULES = {
  /** What a device makes of its configuration: what it cannot be set to stays as it is built. */
  configured: <C extends L2tpConfig>(config: C): C => config,

  /** §7.2.1: what an event does; undefined when nothing. */
  controlTransition: (
    state: ControlState,
    event: ControlEvent,
  ): Transition<ControlState, ControlAction> | undefined => CONTROL_CONNECTION[state][event],
  /** §4.4.2: the result for a message out of order. */
  sequenceFault: (state: ControlState, message: string): Fault => ({
    result: 7,
    error: 0,
    message: `${message} in state ${state}`,
  }),

  /** §4.4.3: the version of the protocol, which is not that of the header. */
  protocolVersion: { version: 1, revision: 0 } as ProtocolVersion,
  acceptsProtocolVersion: ({ version }: ProtocolVersion): boolean => version === 1,
  /** §4.4.2: the error code holds the highest version that is supported. */
  versionFault: { result: 5, error: 0x0100 } as Fault,

  /** §5.3, §9.1: an identifier that is not zero and cannot be foreseen. */
  assignsId: (random: () => number, taken: (id: number) => boolean): number => {
    for (;;) {
      const id = 1 + Math.floor(random() * 0xffff);
      if (!taken(id)) return id;
    }
  },

  /** §5.1.1: whether this side challenges its peer. */
  challenges: (wanted: boolean, secret: boolean): boolean => wanted && secret,
  /** §9.1: a challenge that never comes again. */
  challenge: (random: () => number): Uint8Array =>
    Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256)),
  /** §4.4.3: the response, with the type of the message that carries it as identifier. */
  challengeResponse: (
    messageType: number,
    secret: Uint8Array,
    challenge: Uint8Array,
  ): Uint8Array | undefined => chapMd5(messageType, secret, challenge),
  /** §5.1.1: whether a response is the one expected. */
  authenticates: (expected: Uint8Array, received: Uint8Array | undefined): boolean =>
    received !== undefined && received.length === expected.length &&
    received.every((octet, i) => octet === expected[i]),
  authenticationFault: { result: 4 } as Fault,
  /** Whether a peer of this name may have a tunnel. */
  acceptsHost: (name: Uint8Array, refused: readonly string[]): boolean =>
    name.length > 0 && !refused.includes(new TextDecoder().decode(name)),
  hostFault: { result: 4 } as Fault,
  /** §4.4.2: no room for another tunnel. */
  resourceFault: { result: 2, error: 4 } as Fault,
  /** §4.4.2: this end is being shut down. */
  shutdownFault: { result: 6 } as Fault,
  /** Half-open tunnels are bounded, so that a flood of SCCRQ cannot fill the memory. */
  mayOpenHalf: (halfOpen: number, limit: number): boolean => halfOpen < limit,
  /** §5.3: tunnel 0 is for beginning tunnels, and an SCCRQ alone begins one. */
  opensTunnel: (message: string | undefined): boolean => message === "SCCRQ",
  /** §8.1: an SCCRQ is answered to the address and the port that it came from. */
  replyTo: (from: Endpoint): Endpoint => from,
  /** §4.4.3: a StopCCN on tunnel 0 names its tunnel in an AVP. */
  findsByAssignedTunnelId: true,
  /** §7.1: a StopCCN ends the tunnel, whatever else is wrong with it. */
  takesStopCcn: (_values: Partial<AttributeValues>, _fault?: Fault): boolean => true,
  /** §5.8: which tunnel a repeated SCCRQ belongs to: peer's address, port and identifier. */
  sccrqKey: ({ address, port }: Endpoint, assigned: number): string =>
    `${address} ${port} ${assigned}`,

  /** §5.6: whether a tunnel is torn down once its last session is cleared, and what its StopCCN says. */
  endsWithLastSession: false as boolean,
  idleFault: { result: 1 } as Fault,
  /** §5.8: whether a peer that is given up is told so, by a StopCCN that nobody waits for. */
  announcesLoss: false as boolean,

  /** A tunnel that does not come up although its messages are acknowledged. */
  setupFault: { result: 1, message: "not established in time" } as Fault,

  /** §4.4.3: the lower tie breaker wins, any wins over none, equal ones lose both. */
  tie(ownValue: Uint8Array | undefined, peerValue: Uint8Array | undefined): Tie {
    if (ownValue === undefined) return peerValue === undefined ? "two_tunnels" : "lose";
    if (peerValue === undefined) return "win";
    const at = ownValue.findIndex((octet, i) => octet !== peerValue[i]);
    if (at < 0) return "both_lose";
    return ownValue[at] < peerValue[at] ? "win" : "lose";
  },
  /** §4.4.3: the loser is discarded silently. */
  announcesLostTie: false,

  /** §4.4.3: StopCCN repeats the identifier first assigned. */
  stopCcnTunnelId: (assigned: number): number => assigned,
  /** §6.4: sessions end with their tunnel, without a CDN each. */
  sendsCdnWithStopCcn: false,
  endsSessions: true,
  /** §5.7: milliseconds that a closed tunnel still acknowledges repetitions. */
  retention: (configured: number): number => configured,
  /** §7.2.1: an SCCRP that nobody asked for is answered, so that its sender need not wait. */
  answersStraySccrp: true,
  strayFault: { result: 2, error: 1 } as Fault,

  /** §6.5: milliseconds after the last message from the peer; 0 for never. */
  helloAfter: (configured: number): number => configured,
  /** §5.5: whether a control or a data message shows that the peer is alive. */
  showsLife: (_kind: "control" | "data"): boolean => true,
  helloSessionId: 0,
  /** §6.5: a peer need not send HELLO at any time. */
  toleratesNoHello: true,

  /**
   * §8.1 lets the responder answer from another port, and says nothing of another address. Where the
   * messages behind an SCCRP go; undefined: the SCCRP is not taken from there.
   */
  remoteAfterSccrp(
    dialled: Endpoint,
    from: Endpoint,
    follow: L2tpConfig["follow"],
  ): Endpoint | undefined {
    if (follow === "follow") return from;
    if (follow === "accept") return dialled;
    return from.address === dialled.address ? from : undefined;
  },
  /** §8.1: addresses and ports stay as they are for the life of a tunnel. */
  acceptsSource: (expected: Endpoint, from: Endpoint): boolean => sameEndpoint(expected, from),
  /** §8.1: whether a message from elsewhere moves the tunnel there. */
  movesWithSource: false,
  /** §8.1: the own port that a responder answers from. */
  replyPort: (arrived: string, configured: string | undefined): string => configured ?? arrived,
};

/** The type of these rules; a mutant is a partial one. */
export type ControlConnectionRules = typeof CONTROL_CONNECTION_RULES;

/** Tunnelled traffic for the bench: a sender that steers 10,000 sessions over six tunnels. */
import { ethernetFrame, udpDatagram } from "../../captures/wire/build.ts";
import {
  CORE_IDENTITY_PORT,
  encode,
  IdentityKind,
  PacketType,
  Placement,
  VERSION,
} from "../../captures/wire/core_identity.ts";
import {
  AttributeType,
  encode as encodeControl,
  Message,
} from "../../captures/wire/core_identity_control.ts";
import { patch16, patch32, patchAddress } from "./template.ts";
import { TrafficFile } from "./traffic.ts";

/** Sessions of the file. */
export const SESSIONS = 10_000;

/** Cores that the receiver announces: the sender gives session n core n modulo this. */
export const CORES = 16;

/** Tunnels: three access networks of the sender to two of the receiver. */
export const TUNNELS = 6;

/** Octets of the inner datagrams, in turn. */
const SIZES = [1380, 120];

const AGGREGATE = 1;
const IP = 14, IP_CHECKSUM = IP + 10, UDP_CHECKSUM = IP + 26, PAYLOAD = IP + 28;
/** The aggregated tunnel header behind the encapsulation header and its identity. */
const HEADER = PAYLOAD + 12;

interface Tunnel {
  id: number;
  source: string;
  destination: string;
  /** Packets so far. */
  sequence: number;
}

/** Writes the establishment of every tunnel, then data of all sessions in turn. */
export function writeTunnels(path: string, octets: number): TrafficFile {
  const file = new TrafficFile(path);
  const tunnels = Array.from({ length: TUNNELS }, (_, n) => ({
    id: n + 1,
    source: `10.3.${1 + n % 3}.1`,
    destination: `10.4.${1 + Math.floor(n / 3)}.1`,
    sequence: 0,
  }));
  for (const tunnel of tunnels) establish(file, tunnel);
  const frames = SIZES.map((size) =>
    Array.from({ length: SESSIONS }, (_, session) => dataFrame(session, size, tunnels[0]))
  );
  for (let n = 0; file.octets < octets; n++) {
    // A session meets both sizes and all tunnels.
    const round = Math.floor(n / SESSIONS);
    const frame = frames[(n + round) % SIZES.length][n % SESSIONS];
    address(frame, tunnels[(n + round) % TUNNELS], n);
    file.add(frame);
  }
  file.close();
  return file;
}

/** HELLO, HELLO-ACK and CONFIRM, with the cores of both ends. */
function establish(file: TrafficFile, tunnel: Tunnel): void {
  const cores = new Uint8Array(8 * CORES);
  for (let i = 0; i < CORES; i++) new DataView(cores.buffer).setBigUint64(i * 8, BigInt(i));
  const control = (message: number, back: boolean, acknowledged: number) => {
    const announces = message !== Message.confirm;
    const payload = encodeControl({
      ...{
        version: VERSION,
        type: PacketType.control,
        flags: 0,
        message,
        aggregateId: AGGREGATE,
        tunnelId: tunnel.id,
      },
      ...{ sequence: 1, acknowledged, informationVersion: 1, coreCount: announces ? CORES : 0 },
      attributes: announces ? [{ type: AttributeType.identities, value: cores }] : [],
    });
    file.add(carry(tunnel, payload, back));
  };
  control(Message.hello, false, 0);
  control(Message.helloAck, true, 1);
  control(Message.confirm, false, 1);
}

function dataFrame(session: number, size: number, tunnel: Tunnel): Uint8Array {
  const inner = udpDatagram({
    source: `10.1.1.${2 + session % 100}`,
    destination: "10.2.1.2",
    sourcePort: 10_000 + session,
    destinationPort: 5000,
    payload: new Uint8Array(size - 28).map((_, i) => i * 5 + session),
  });
  return carry(
    tunnel,
    encode({
      ...{
        version: VERSION,
        type: PacketType.data,
        kind: IdentityKind.core,
        placement: Placement.encapsulation,
      },
      ...{ headerEncrypted: false, authenticated: false, sealed: false, reserved: 0 },
      ...{ clearLength: 0, identity: BigInt(session % CORES), aggregateId: AGGREGATE, tunnelId: 0 },
      ...{ tunnelSequence: 0, globalSequence: 0, datagramNumber: 0, pieceOffset: 0 },
      ...{ datagramLength: inner.length, piece: inner },
    }),
    false,
  );
}

function carry(tunnel: Tunnel, payload: Uint8Array, back: boolean): Uint8Array {
  return ethernetFrame({
    destination: "02:00:00:00:00:02",
    source: "02:00:00:00:00:01",
    payload: udpDatagram({
      source: back ? tunnel.destination : tunnel.source,
      destination: back ? tunnel.source : tunnel.destination,
      sourcePort: CORE_IDENTITY_PORT,
      destinationPort: CORE_IDENTITY_PORT,
      payload,
    }),
  });
}

/** Makes a frame the next packet of a tunnel. */
function address(frame: Uint8Array, tunnel: Tunnel, number: number): void {
  if ((frame[PAYLOAD] & 15) !== PacketType.data) {
    throw new Error("Cannot address a control message");
  }
  patch16(frame, IP + 4, number & 0xffff, IP_CHECKSUM);
  patchAddress(frame, IP + 12, addressOf(tunnel.source), IP_CHECKSUM, UDP_CHECKSUM);
  patchAddress(frame, IP + 16, addressOf(tunnel.destination), IP_CHECKSUM, UDP_CHECKSUM);
  patch16(frame, HEADER + 2, tunnel.id, UDP_CHECKSUM);
  patch32(frame, HEADER + 4, tunnel.sequence++, UDP_CHECKSUM);
  patch32(frame, HEADER + 8, number, UDP_CHECKSUM);
  patch32(frame, HEADER + 12, number, UDP_CHECKSUM);
}

const addresses = new Map<string, number>();

function addressOf(text: string): number {
  let value = addresses.get(text);
  if (value === undefined) {
    value = text.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
    addresses.set(text, value);
  }
  return value;
}

/**
 * What is wrong with packets by their formats alone, whatever provoked them: see
 * `captures/wire/core_identity.ts` and `core_identity_control.ts`.
 */
import type { FrameRef } from "../../../captures/frame.ts";
import type { CoreIdentityControlView } from "../../../captures/view/core_identity_control.ts";
import type { CoreIdentityDataView } from "../../../captures/view/core_identity_data.ts";
import {
  IDENTITY_LENGTH,
  IdentityKind,
  Placement,
  SEAL_LENGTH,
  VERSION,
} from "../../../captures/wire/core_identity.ts";
import { AttributeType, Message } from "../../../captures/wire/core_identity_control.ts";

/** Faults by what is wrong: how often, and where first. There are as many as this file has words for. */
export class Faults {
  readonly all = new Map<string, { packets: number; first: FrameRef }>();

  /** Notes a fault. @param packet Asked where it lies, if that is kept. */
  note(what: string, packet: { ref(): FrameRef }): void {
    const known = this.all.get(what);
    if (known === undefined) this.all.set(what, { packets: 1, first: packet.ref() });
    else known.packets++;
  }
}

/** What is wrong with a data packet whose tunnel header is in clear; undefined for nothing. */
export function dataFault(data: CoreIdentityDataView): string | undefined {
  const { kind, sealed, clearLength, datagramLength } = data;
  if (data.version !== VERSION) return "Version is not 1";
  if (kind > IdentityKind.session) return "K is 3";
  if (data.placement > Placement.payload) return "P is 3";
  if (data.reserved !== 0) return "the reserved bit behind S is set";
  if (data.headerEncrypted && !data.authenticated) return "H is set without A";
  if (!sealed && clearLength !== 0) return "Clear Length is told of a datagram that is not sealed";
  if (sealed && clearLength + SEAL_LENGTH > datagramLength) {
    return "Clear Length leaves no room for the seal";
  }
  if (data.hasSection) {
    if (data.sectionType !== kind) return "Section is not K";
    if (data.sectionLength !== IDENTITY_LENGTH) return "the section's Length is not 8";
    if (data.sectionReserved !== 0) return "reserved bits of the section are set";
  }
  if (data.pieceLength === 0) return "the piece is empty";
  return data.pieceOffset + data.pieceLength > datagramLength
    ? "the piece reaches beyond Datagram Length"
    : undefined;
}

/** Messages that answer others, and those that answer none. */
const ANSWERS: readonly number[] = [
  ...[
    Message.helloAck,
    Message.confirm,
    Message.keepaliveAck,
    Message.updateAck,
    Message.reportAck,
  ],
];
const ASKS: readonly number[] = [Message.hello, Message.keepalive, Message.update, Message.report];
/** Bit A, the only flag of control messages. */
const A = 4;

/**
 * What is wrong with a control message; undefined for nothing.
 * @param initiator Whether the end that opens the aggregate sent it; undefined where that is a guess.
 */
export function controlFault(
  view: CoreIdentityControlView,
  initiator: boolean | undefined,
): string | undefined {
  const { message, acknowledged, coreCount } = view;
  if (view.version !== VERSION) return "Version is not 1";
  if ((view.flags & ~A) !== 0) return "flags besides A are set";
  if (message < Message.hello || message > Message.close) return "the message is none of the eight";
  if (!view.attributesAddUp) return "attributes do not end with the message";
  const isOpeners = message === Message.hello || message === Message.confirm;
  if (isOpeners && initiator === false) return "the end that accepts sends HELLO or CONFIRM";
  if (message === Message.helloAck && initiator) return "the end that opens sends HELLO ACK";
  if (ASKS.includes(message) && acknowledged !== 0) return "a message that answers none tells one";
  if (ANSWERS.includes(message) && acknowledged === 0) return "an answer does not say to what";
  if (!view.isAnnouncement) return coreCount === 0 ? undefined : "cores are told where none may be";
  if (view.findAttribute(AttributeType.aggregateIdentity)) {
    if (view.attribute.valueLength !== IDENTITY_LENGTH) return "the one identity has no 8 octets";
  }
  return coreCount === 0 ? undefined : informationFault(view, coreCount);
}

/** What is wrong with processor information. */
function informationFault(view: CoreIdentityControlView, cores: number): string | undefined {
  const { attribute } = view;
  for (let more = view.firstAttribute(); more; more = view.nextAttribute()) {
    const octets = attribute.valueLength;
    switch (attribute.type) {
      case AttributeType.identities:
        if (octets !== cores * IDENTITY_LENGTH) return "there is not one identity for each core";
        break;
      case AttributeType.loads:
        if (octets !== cores * 2) return "there is not one load for each core";
        break;
      case AttributeType.processingUnits: {
        let sum = 0;
        for (let at = 0; at < octets; at += 2) sum += attribute.get16At(at);
        if (octets % 2 !== 0 || sum !== cores) return "processing units do not add up to the cores";
        break;
      }
      case AttributeType.excluded:
      case AttributeType.preferred:
      case AttributeType.reserved: {
        if (octets % 2 !== 0) return "positions of cores are cut short";
        const first = attribute.type === AttributeType.reserved ? 2 : 0;
        for (let at = first; at < octets; at += 2) {
          if (attribute.get16At(at) >= cores) return "a position is that of no core";
        }
      }
    }
  }
  return undefined;
}

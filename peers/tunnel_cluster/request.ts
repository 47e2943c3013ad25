/** What the devices of a cluster ask of a message of L2TP. */
import { L2tpView } from "../../captures/view/l2tp.ts";

/**
 * The message type of the control message that a view stands on, 0 for a zero-length body, -1 for what
 * is no control message of version 2.
 * @param whole False where the rest of the message is in other fragments.
 */
export function requestType(l2tp: L2tpView, whole = true): number {
  return l2tp.isControlHeader && (l2tp.isWhole || !whole) ? l2tp.messageType : -1;
}

const view = new L2tpView();

/** As `requestType`, for facts that do not read by a view yet. @deprecated */
export function messageTypeOf(bytes: Uint8Array, start: number, end: number, whole = true): number {
  return view.at(bytes, start, end) ? requestType(view, whole) : -1;
}

/** As `assignedTunnelId` of a view, for facts that do not read by one yet. @deprecated */
export function assignedTunnelId(bytes: Uint8Array, start: number, end: number): number {
  return view.at(bytes, start, end) ? view.assignedTunnelId : -1;
}

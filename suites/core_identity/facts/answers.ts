/** Whether what a device answers was asked: each answer names the message that it is one to (D0-13). */
import type { FrameRef } from "../../../captures/frame.ts";
import type { CoreIdentityControlView } from "../../../captures/view/core_identity_control.ts";
import { Message } from "../../../captures/wire/core_identity_control.ts";
import type { Bound } from "../../kit/bounds.ts";
import type { Faults } from "./packet_faults.ts";

/** What each kind of answer answers. */
const ASKS: Readonly<Record<number, number>> = {
  [Message.helloAck]: Message.hello,
  [Message.confirm]: Message.helloAck,
  [Message.keepaliveAck]: Message.keepalive,
  [Message.updateAck]: Message.update,
  [Message.reportAck]: Message.report,
};

/** Holds the answers of one device against what reached it, whichever is read first. */
export class Answers {
  readonly #faults: Faults;
  readonly #bound: Bound;
  readonly #asked = new Set<string>();
  /** The first of the answers with each number. */
  readonly #given = new Map<string, FrameRef>();

  /** @param faults Where answers to nothing are noted. */
  constructor(faults: Faults, bound: Bound) {
    this.#faults = faults;
    this.#bound = bound;
  }

  /** A message reaches the device by an interface: it is answered by the same. */
  asked(view: CoreIdentityControlView, place: string): void {
    if (!this.#bound.admits(this.#asked.size)) return;
    this.#asked.add(keyOf(view, view.message, view.sequence, place));
  }

  /** A message leaves the device by an interface. */
  answered(view: CoreIdentityControlView, frame: FrameRef, place: string): void {
    const { acknowledged } = view, asks = ASKS[view.message];
    if (asks === undefined || acknowledged === 0) return;
    const key = keyOf(view, asks, acknowledged, place);
    if (this.#given.has(key) || !this.#bound.admits(this.#given.size)) return;
    this.#given.set(key, frame);
  }

  /** Notes the answers to nothing; call it once, after the last message. */
  settle(): void {
    // Where only what a device sends was captured, nothing is known of what it was asked.
    if (this.#asked.size === 0) return;
    for (const [key, frame] of this.#given) {
      if (this.#asked.has(key)) continue;
      const what = "an answer names a message that did not come by its tunnel";
      this.#faults.note(what, { ref: () => frame });
    }
  }
}

function keyOf(
  view: CoreIdentityControlView,
  message: number,
  sequence: number,
  place: string,
): string {
  return `${view.aggregateId} ${view.tunnelId} ${message} ${sequence} ${place}`;
}

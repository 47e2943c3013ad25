/** As much of LCP as opens a link: the tester asks for one option and accepts whatever it is asked for. */
import { get16, put16 } from "../../../captures/wire/octets.ts";
import * as control from "../../../captures/wire/ppp_control.ts";
import { LcpOption, option32 } from "../../../captures/wire/ppp_lcp.ts";

const LCP = 0xc021;
const { configureRequest, configureAck } = control.ControlCode;
/** Identifier of the tester's own request. */
const IDENTIFIER = 200;
/** The control characters that the tester wants escaped: XON and XOFF. */
export const ACCM = 0x000a0000;

/** The tester's end of one link. */
export class LcpEnd {
  #accepted = false;
  #accepts = false;

  /** Whether both ends have accepted what the other asked for. */
  get opened(): boolean {
    return this.#accepted && this.#accepts;
  }

  /** The frame of its Configure-Request. */
  request(): Uint8Array {
    return frameOf({
      code: configureRequest,
      identifier: IDENTIFIER,
      data: control.writeOptions([option32(LcpOption.accm, ACCM)]),
    });
  }

  /** Takes a PPP frame; the frame that answers it, if any. */
  take(frame: Uint8Array): Uint8Array | undefined {
    const at = frame.length > 2 && frame[0] === 0xff && frame[1] === 3 ? 2 : 0;
    if (frame.length < at + 6 || get16(frame, at) !== LCP) return undefined;
    const { record } = control.decode(frame, at + 2);
    if (record === undefined) return undefined;
    if (record.code === configureAck && record.identifier === IDENTIFIER) this.#accepted = true;
    if (record.code !== configureRequest) return undefined;
    this.#accepts = true;
    return frameOf({ ...record, code: configureAck });
  }
}

/** A packet of LCP in a PPP frame. */
function frameOf(packet: Omit<control.PppControl, "length">): Uint8Array {
  const octets = control.encode(control.withLength({ ...packet, length: 0 }));
  const frame = new Uint8Array(4 + octets.length);
  put16(frame, 0, 0xff03);
  put16(frame, 2, LCP);
  frame.set(octets, 4);
  return frame;
}

/** The plain reassembly that what an engine delivers is compared with. */
import assert from "node:assert/strict";
import type { SegmentView } from "../../../captures/view/segment.ts";
import { sumOctets, sumPseudoHeader } from "../../../captures/wire/checksum.ts";
import { viewOf } from "../../../captures/wire/octets.ts";

/** A frame of a flow; `sequence` is -1 in what is no good segment, which must arrive as it is. */
export interface Piece {
  sequence: number;
  payload: Uint8Array;
  frame: Uint8Array;
}

const ADDRESS = { 4: [12, 20], 6: [8, 40] } as const;

/** Frames by flow, in their order: addresses of both headers, opaque field, ports. */
export function flowsOf(frames: readonly Uint8Array[], view: SegmentView): Map<string, Piece[]> {
  const flows = new Map<string, Piece[]>();
  for (const frame of frames) {
    const good = view.at(frame, 14) && isSound(view);
    const key = good ? keyOf(view) : `other ${frame.toHex()}`;
    const piece = good
      ? { sequence: view.sequence, payload: frame.slice(view.payload, view.end), frame }
      : { sequence: -1, payload: frame, frame };
    flows.set(key, [...flows.get(key) ?? [], piece]);
  }
  return flows;
}

/** Whether the TCP checksum is right: anything else is a packet that nobody may touch. */
function isSound({ bytes, inner, tcp, end }: SegmentView): boolean {
  const view = viewOf(bytes), [from, to] = ADDRESS[bytes[inner] >> 4 as 4 | 6];
  const addresses = sumOctets(bytes, view, inner + from, inner + to);
  const sum = sumPseudoHeader(addresses, 6, end - tcp) + sumOctets(bytes, view, tcp, end);
  return sum % 0xffff === 0;
}

function keyOf({ bytes, outer, inner, tcp, format, formats }: SegmentView): string {
  const of = (at: number) => {
    const [from, to] = ADDRESS[bytes[at] >> 4 as 4 | 6];
    return bytes.slice(at + from, at + to).toHex();
  };
  const ports = bytes.slice(tcp, tcp + 4).toHex();
  return [outer < 0 ? "plain" : of(outer), of(inner), ports, format && formats.indexOf(format)]
    .join(" ");
}

/**
 * Asserts that what went of a flow is what came: each unit is one frame as it came, or the payloads of
 * some that followed one another, all in their order. Frames without payload may be absorbed where the
 * implementation is one that does.
 */
export function mayBeOne(
  came: readonly Piece[],
  went: readonly Piece[],
  { implementation, sizeLimit }: { implementation: string; sizeLimit: number },
): void {
  const absorbs = implementation !== "linux" && implementation !== "dpdk";
  let next = 0;
  const isAbsorbed = () => absorbs && came[next]?.payload.length === 0;
  for (const unit of went) {
    while (isAbsorbed() && came[next].frame.toHex() !== unit.frame.toHex()) next++;
    const first = came[next++];
    assert.ok(first !== undefined, "something was invented");
    assert.equal(unit.sequence, first.sequence);
    let at = first.payload.length, joined = 1;
    assert.equal(unit.payload.slice(0, at).toHex(), first.payload.toHex());
    while (at < unit.payload.length) {
      const { sequence, payload } = came[next++];
      assert.equal(sequence, unit.sequence + at >>> 0, "a gap or an overlap was closed");
      assert.equal(unit.payload.slice(at, at + payload.length).toHex(), payload.toHex());
      at += payload.length;
      joined++;
    }
    if (joined > 1) assert.ok(unit.frame.length - 14 <= sizeLimit, "too large a unit");
    else if (!absorbs) assert.equal(unit.frame.toHex(), first.frame.toHex());
  }
  while (isAbsorbed()) next++;
  assert.equal(next, came.length, "something was lost");
}

/**
 * Options of a pcapng block: code (16), length (16), value, padding to 32 bits.
 *
 * Source: draft-ietf-opsawg-pcapng §3.5.
 */
import { OptionCode, padded } from "./pcapng_blocks.ts";

/** Takes one option, whose value is `bytes[start..end)`. */
export type OptionSink = (code: number, start: number, end: number) => void;

/** Gives the options in `[start..end)`; stops without a word where they make no sense. */
export function walkOptions(
  view: DataView,
  little: boolean,
  start: number,
  end: number,
  sink: OptionSink,
): void {
  for (let at = start; at + 4 <= end;) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === OptionCode.end || at + 4 + length > end) return;
    sink(code, at + 4, at + 4 + length);
    at += 4 + padded(length);
  }
}

import assert from "node:assert/strict";
import { SegmentView } from "../../../captures/view/segment.ts";
import { get16, put16 } from "../../../captures/wire/octets.ts";
import { OPAQUE_FORMATS, type OpaqueFormat } from "../../../captures/wire/opaque.ts";
import {
  addSums,
  checksum,
  sumAddresses4,
  sumAddresses6,
  sumOctets,
  sumPseudoHeader,
} from "../../../captures/wire/checksum.ts";
import { viewOf } from "../../../captures/wire/octets.ts";
import { brokenRules, brokenText, judgePair, type Timed } from "./_testing/packets.ts";
import { random, randomPair } from "./_testing/random_pairs.ts";

const ETHERNET = 14;

/** A fault: what it does to what left, and the number of the frame that it is seen at; undefined where it cannot be. */
type Fault = (
  left: Timed[],
  at: number,
  draw: () => number,
  view: (packet: Timed) => SegmentView | undefined,
) => number | undefined;

/** Whether the TCP checksum of a segment is right: damaged ones may pass others. */
function isSound({ bytes, inner, tcp, end }: SegmentView): boolean {
  const view = viewOf(bytes), sum = bytes[inner] >> 4 === 4 ? sumAddresses4 : sumAddresses6;
  const pseudo = sumPseudoHeader(sum(bytes, view, inner), 6, end - tcp);
  return addSums(pseudo, sumOctets(bytes, view, tcp, end)) === 0xffff;
}

/** Whether nothing else that left has the same octets: of several nobody can tell which is which. */
function isUnique(left: readonly Timed[], at: number): boolean {
  const octets = left[at].bytes.toHex();
  return !left.some(({ bytes }, i) => i !== at && bytes.toHex() === octets);
}

const copyOf = (packet: Timed): Timed => ({ at: packet.at, bytes: packet.bytes.slice() });

const change = (left: Timed[], at: number, spoil: (bytes: Uint8Array) => void): number => {
  left[at] = copyOf(left[at]);
  spoil(left[at].bytes);
  return at + 1;
};

const FAULTS: Readonly<Record<string, Fault>> = {
  "an octet of a payload is changed": (left, at, draw, view) => {
    const segment = view(left[at]);
    if (segment === undefined || segment.length === 0) return undefined;
    const where = segment.payload + Math.floor(draw() * segment.length);
    return change(left, at, (bytes) => bytes[where] ^= 1 + Math.floor(draw() * 255));
  },
  "a packet is lost": (left, at) => {
    left.splice(at, 1);
    return 0;
  },
  "a packet leaves twice": (left, at) => {
    if (!isUnique(left, at)) return undefined;
    left.splice(at + 1, 0, copyOf(left[at]));
    return at + 2;
  },
  "the TTL is lowered, as a router would": (left, at, _, view) => {
    const segment = view(left[at]);
    if (segment === undefined) return undefined;
    return change(left, at, (bytes) => {
      segment.at(bytes, ETHERNET);
      const start = segment.outer < 0 ? segment.inner : segment.outer;
      segment.setTtl(start, segment.ttl(start) - 1);
      if (bytes[start] >> 4 === 6) return;
      put16(bytes, start + 10, 0);
      put16(bytes, start + 10, checksum(bytes, viewOf(bytes), start, start + 20));
    });
  },
  "the sequence number is another": (left, at, _, view) => {
    const segment = view(left[at]);
    if (segment === undefined || segment.length === 0) return undefined;
    return change(left, at, (bytes) => bytes[segment.tcp + 5] ^= 0x40);
  },
  "the total length is that of something shorter": (left, at, _, view) => {
    const segment = view(left[at]);
    if (segment === undefined || segment.length < 100) return undefined;
    const start = segment.outer < 0 ? segment.inner : segment.outer;
    const field = segment.version(start) === 4 ? start + 2 : start + 4;
    return change(left, at, (bytes) => put16(bytes, field, get16(bytes, field) - 20));
  },
  "segments of a flow change places": (left, at, _, view) => {
    const one = view(left[at]);
    if (one === undefined || one.length === 0 || !isSound(one)) return undefined;
    const { sequence, sourcePort } = one;
    for (let other = at + 1; other < left.length; other++) {
      const next = view(left[other]);
      if (next === undefined || next.sourcePort !== sourcePort || next.length === 0) continue;
      if (next.sequence === sequence || !isSound(next)) return undefined;
      if (!isUnique(left, at) || !isUnique(left, other)) return undefined;
      [left[at], left[other]] = [left[other], left[at]];
      return other + 1;
    }
    return undefined;
  },
  "an octet is lost at the end of a payload": (left, at, _, view) => {
    const segment = view(left[at]);
    if (segment === undefined || segment.length < 80 || segment.outer >= 0) return undefined;
    left[at] = { at: left[at].at, bytes: left[at].bytes.slice(0, -1) };
    const { bytes } = left[at], start = segment.inner;
    segment.at(bytes, ETHERNET);
    const field = bytes[start] >> 4 === 4 ? start + 2 : start + 4;
    put16(bytes, field, get16(bytes, field) - 1);
    return at + 1;
  },
};

for (const [name, fault] of Object.entries(FAULTS)) {
  Deno.test(`in random pairs it is found that ${name}`, () => {
    let planted = 0;
    for (let seed = 1; planted < 60; seed++) {
      assert.ok(seed < 2000, "too few places for this fault");
      const pair = randomPair(seed), draw = random(seed * 31), left = [...pair.left];
      const formats: OpaqueFormat[] = pair.format === undefined
        ? []
        : [OPAQUE_FORMATS[pair.format]];
      const view = ({ bytes }: Timed) => {
        const segment = new SegmentView();
        segment.formats = formats;
        return segment.at(bytes, ETHERNET) ? segment : undefined;
      };
      // At the edges of captures nobody can tell what is missing.
      const at = Math.floor(left.length * (0.3 + 0.4 * draw()));
      const sound = view(left[at]);
      if (sound === undefined) continue;
      const number = fault(left, at, draw, view);
      if (number === undefined) continue;
      planted++;
      const facts = judgePair({ implementation: "linux", formats }, pair.came, left);
      const broken = brokenRules(facts);
      assert.notDeepEqual(broken, [], `seed ${seed}, frame ${number}: ${facts.notes}`);
      if (number === 0) continue;
      const cited = broken.some((rule) =>
        facts.rules.get(rule)!.findings.some(({ frames }) =>
          frames.some((frame) => frame.capture === "after" && frame.number === number)
        )
      );
      assert.ok(cited, `seed ${seed}, frame ${number}: ${brokenText(facts)}`);
    }
  });
}

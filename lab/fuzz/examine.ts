/** Puts octets through everything that meets them: reader, walker, dissector, description, check. */
import assert from "node:assert/strict";
import { describe } from "../../captures/dissect/describe.ts";
import { DEFECT, dissect } from "../../captures/dissect/dissect.ts";
import { NotACapture, readCapture } from "../../captures/file/read.ts";
import type { Frame } from "../../captures/frame.ts";
import { ipChecksum, transportChecksum } from "../../captures/verify.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import { judgeEvidence } from "../../suites/engine/judge.ts";
import { basename } from "../../suites/kit/paths.ts";
import { readCaptureFile } from "../../suites/engine/read_capture_file.ts";
import { referenceScope } from "../../suites/engine/scope.ts";
import type { Specimen } from "./specimens.ts";

/** Frames of a capture at most that are dissected; all are walked and judged. */
const DISSECTED = 12;

/**
 * Examines a specimen whose octets are now these.
 * @throws {assert.AssertionError} When anything throws, is inconsistent, or works more than the
 * number of octets allows.
 */
export async function examine(specimen: Specimen, octets: Uint8Array): Promise<void> {
  const readable = await goThrough(octets);
  if (readable) await judge(specimen, octets);
}

/** Reads, walks, verifies, dissects and describes; returns whether it is a capture at all. */
async function goThrough(octets: Uint8Array): Promise<boolean> {
  const walker = new HeaderWalker();
  let frames = 0;
  try {
    const { packets } = await readCapture(octets, (frame) => {
      frames++;
      inspect(frame, walker);
    });
    assert.equal(packets, frames);
  } catch (error) {
    if (error instanceof NotACapture) return false;
    throw error;
  }
  // No record has fewer octets than this, so the work is bounded by the file.
  assert.ok(frames * 12 <= octets.length, `${frames} frames out of ${octets.length} octets`);
  return true;
}

function inspect(frame: Frame, walker: HeaderWalker): void {
  assert.ok(0 <= frame.start && frame.start <= frame.end && frame.end <= frame.bytes.length);
  if (walker.walk(frame)) {
    assert.ok(walker.l3 >= frame.start && walker.end <= frame.end && walker.l4 <= walker.end);
    ipChecksum(frame, walker);
    transportChecksum(frame, walker);
  }
  if (frame.number > DISSECTED) return;
  const octets = frame.end - frame.start;
  const layers = dissect(frame);
  assert.ok(layers.length <= 2 * 66, `${layers.length} layers`);
  let fields = 0;
  for (const layer of layers) {
    assert.ok(frame.start <= layer.start && layer.start <= layer.end && layer.end <= frame.end);
    assert.ok(!layer.problem?.startsWith(DEFECT), layer.problem);
    fields += layer.fields.length;
  }
  assert.ok(fields <= 200 + 8 * octets, `${fields} fields of ${octets} octets`);
  const line = describe(layers);
  assert.doesNotMatch(line, /[^\x20-\x7e…]/);
  assert.ok(line.length <= 10_000 + 64 * octets, `a line of ${line.length} characters`);
}

/** Judges the evidence with these octets in the place of its own; no check or pass may break down. */
async function judge({ suite, evidence, taps }: Specimen, octets: Uint8Array): Promise<void> {
  const ours = new Set(
    evidence.taps.filter(({ name }) => taps.includes(name)).map(({ file }) => basename(file)),
  );
  const judged = await judgeEvidence(suite, evidence, {
    scopes: [referenceScope(suite)],
    read: async (path, sink) => {
      if (!ours.has(basename(path))) return await readCaptureFile(path, sink);
      const { packets, problem } = await readCapture(octets, sink);
      return { frames: packets, ...(problem === undefined ? {} : { problem: problem.message }) };
    },
  });
  for (const { check, outcome } of judged) {
    if (outcome.verdict === "error") assert.fail(`${check.id}: ${outcome.reason}`);
  }
}

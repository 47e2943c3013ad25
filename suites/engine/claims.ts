/** Tells which suites captures concern before these are loaded: most captures are of one system. */
import { Collector, type FactCollector, type Recogniser } from "../kit/collector.ts";
import type { Evidence } from "../kit/evidence.ts";
import type { CaptureReader } from "./capture_source.ts";
import { gather, type Listener } from "./gather.ts";
import { readCaptureFile } from "./read_capture_file.ts";

/** A suite that is not loaded, and how its frames are known. */
export interface UnloadedSuite {
  word: string;
  evidence: Evidence;
  recognises: Recogniser;
}

/** Counts the frames that a suite claims. */
const claims: FactCollector<number> = {
  name: "engine/claims",
  toleratesCut: true,
  begin: () => new ClaimCounter(),
};

class ClaimCounter extends Collector<number> {
  #count = 0;

  override frame(): void {
    this.#count++;
  }

  facts(): number {
    return this.#count;
  }
}

/** What a suite that is not loaded wants of a walk. */
export function claimListener({ evidence, recognises }: UnloadedSuite): Listener {
  return { evidence, recognises, collectors: [claims] };
}

/** The suites that claimed some frame. @param facts What was found for each of them, in their order. */
export function claimedOf(
  suites: readonly UnloadedSuite[],
  facts: readonly { facts: ReadonlyMap<string, unknown> }[],
): string[] {
  return suites.filter((_, i) => facts[i].facts.get(claims.name) !== 0).map(({ word }) => word);
}

/** Frames of each capture that are looked at before all of it is read. */
const LOOKED_AT = 256;

/** The suites that the first frames of captures concern. */
export async function suitesAtFirst(suites: readonly UnloadedSuite[]): Promise<string[]> {
  const enough = new Error("these are enough");
  const read: CaptureReader = (path, sink) => {
    let frames = 0;
    return readCaptureFile(path, (frame) => {
      if (frames++ >= LOOKED_AT) throw enough;
      sink(frame);
    });
  };
  const { findings } = await gather(suites.map(claimListener), read);
  return claimedOf(suites, findings);
}

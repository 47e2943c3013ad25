/** A suite of two requirements and frames made by hand, for the tests of the machinery. */
import type { Frame } from "../../captures/frame.ts";
import type { Machine } from "../../peers/machine.ts";
import type { CaptureReader } from "../engine/capture_source.ts";
import type { Check } from "../kit/check.ts";
import { caseOf } from "../kit/check.ts";
import { Collector, type FactCollector } from "../kit/collector.ts";
import type { Evidence, EvidenceRecord } from "../kit/evidence.ts";
import { type Profile, profileSchema } from "../kit/profile.ts";
import { catalogue } from "../kit/requirement.ts";
import type { Suite } from "../kit/suite.ts";
import { fail, inconclusive, pass } from "../kit/verdict.ts";

/** Counts frames whose first octet is 1. */
export const countOnes: FactCollector<Ones> = {
  name: "count_ones",
  begin: () => new CountOnes(),
};

/** What was counted; `last` is the number of the last frame that begins with something else. */
export interface Ones {
  ones: number;
  frames: number;
  last: number;
}

class CountOnes extends Collector<Ones> {
  readonly #counted = { ones: 0, frames: 0, last: 0 };

  override frame(frame: Frame) {
    this.#counted.frames++;
    if (frame.bytes[frame.start] === 1) this.#counted.ones++;
    else this.#counted.last = frame.number;
  }

  facts(): Ones {
    return this.#counted;
  }
}

/** The scenario that the checks of the test suite judge. */
export const PLAIN = { id: "test/plain" };

/** Requirements of the test suite. */
export const TEST_REQUIREMENTS = catalogue({
  "TST-001": { level: "MUST", binds: ["sender"], source: "test", text: "All frames begin with 1." },
  "TST-002": {
    level: "MUST",
    classes: ["X1"],
    binds: ["sender"],
    source: "test",
    text: "Class X1 does what it does.",
  },
  "TST-003": { level: "SHOULD", binds: ["sender"], source: "test", text: "It should be nice." },
  "TST-004": {
    level: "MAY",
    classes: ["extra"],
    binds: ["sender"],
    source: "test",
    text: "It may do more.",
  },
});

type Id = keyof typeof TEST_REQUIREMENTS;

type Count = { count: typeof countOnes };

const allOnes = caseOf<Id, string, Count, Ones>("test", {
  name: "all_ones",
  title: "Every frame begins with 1",
  covers: ["TST-001"],
  on: [PLAIN],
  judges: ["sender"],
  needs: { count: countOnes },
  standsAlone: true,
  stimulus: ({ count }) => count.frames > 0 ? count : inconclusive("no frame was seen"),
  judge: (_, { ones, frames, last }) =>
    ones === frames
      ? pass
      : fail("first octet 1", "first octet <b>0</b>", [{ capture: "wan", number: last }]),
});

const classOnly = caseOf<Id, string, Count, Ones>("test", {
  name: "class_only",
  title: "Class X1 alone",
  covers: ["TST-002"],
  on: [PLAIN],
  judges: ["sender"],
  needs: { count: countOnes },
  stimulus: ({ count }) => count,
  judge: () => pass,
});

/** A suite with the given checks, by default one of TST-001 and one of TST-002. */
export function testSuite(checks: readonly Check[] = [allOnes, classOnly]): Suite {
  return {
    name: "test",
    title: "The test suite",
    shownIn: ["memory", "netns"],
    udpPort: 49600,
    requirements: TEST_REQUIREMENTS,
    classes: { X1: "a class", extra: "an option" },
    scenarios: [],
    checks,
    mutants: [],
    stimulusFaults: {},
    peer: (): Machine => {
      throw new Error("no peer here");
    },
  };
}

/** A profile of a sender under test. */
export function testProfile(more: Record<string, unknown> = {}): Profile {
  return profileSchema.parse({
    name: "box",
    roles: ["sender"],
    attach: { kind: "captures" },
    ...more,
  });
}

/** Evidence of one WAN tap whose file holds `frames` frames. */
export function testEvidence(
  directory: string,
  frames: number,
  more: Partial<EvidenceRecord> = {},
): Evidence {
  return {
    schema: 2,
    scenario: "test/plain",
    suite: "test",
    world: "memory",
    seed: 1,
    nodes: { box: { role: "sender", config: {}, profile: testProfile() } },
    taps: [{ name: "wan", node: "box", side: "wan", file: "wan.pcapng" }],
    traces: [],
    stimuli: [],
    captureCounters: { wan: { captured: frames, dropped: 0 } },
    linkCounters: {},
    directory,
    ...more,
  };
}

/** A reader that takes each octet of a file as one frame of one octet. */
export const octetReader: CaptureReader = async (path, sink) => {
  const bytes = await Deno.readFile(path);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < bytes.length; i++) {
    const frame: Frame = {
      number: i + 1,
      bytes,
      view,
      start: i,
      end: i + 1,
      originalLength: 1,
      seconds: 0,
      nanoseconds: 0,
      linkType: 1,
      interfaceId: 0,
    };
    sink(frame);
  }
  return { frames: bytes.length };
};

/** Runs `body` in a directory that holds `wan.pcapng` with the given octets, then removes it. */
export async function inDirectory(
  octets: readonly number[],
  body: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "plumbline-" });
  try {
    await Deno.writeFile(`${directory}/wan.pcapng`, new Uint8Array(octets));
    await body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

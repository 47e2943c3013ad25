/** A suite of two requirements and frames made by hand, for the tests of the machinery. */
import type { Frame } from "../../captures/frame.ts";
import type { Machine } from "../../peers/machine.ts";
import type { CaptureReader } from "../engine/capture_source.ts";
import { type Check, check } from "../kit/check.ts";
import type { Evidence, EvidenceRecord, FactCollector } from "../kit/evidence.ts";
import { type Profile, profileSchema } from "../kit/profile.ts";
import { catalogue } from "../kit/requirement.ts";
import type { Suite } from "../kit/suite.ts";
import { fail, inconclusive, pass } from "../kit/verdict.ts";

/** Counts frames whose first octet is 1. */
export const countOnes: FactCollector<{ ones: number; frames: number; last: number }> = {
  name: "count_ones",
  begin() {
    let ones = 0, frames = 0, last = 0;
    return {
      frame(frame) {
        frames++;
        if (frame.bytes[frame.start] === 1) ones++;
        else last = frame.number;
      },
      end: () => ({ ones, frames, last }),
    };
  },
};

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

const allOnes = check<Id, { count: typeof countOnes }>({
  id: "test/all_ones",
  title: "Every frame begins with 1",
  covers: ["TST-001"],
  on: ["test/plain"],
  judges: ["sender"],
  needs: { count: countOnes },
  judge({ count }) {
    if (count.frames === 0) return inconclusive("no frame was seen");
    if (count.ones === count.frames) return pass;
    return fail("first octet 1", "first octet <b>0</b>", [{ capture: "wan", number: count.last }]);
  },
});

const classOnly = check<Id, { count: typeof countOnes }>({
  ...allOnes,
  id: "test/class_only",
  title: "Class X1 alone",
  covers: ["TST-002"],
  needs: { count: countOnes },
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

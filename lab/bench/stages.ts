/** What we do to a capture, from the least to the most: the stages that the bench measures. */
import { readCapture } from "../../captures/file/read.ts";
import { Checksum, ipChecksum, transportChecksum } from "../../captures/verify.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import { TupleTable } from "../../suites/core_identity/facts/tuples.ts";
import { type WanFacts, wanFacts } from "../../suites/core_identity/facts/wan.ts";
import { gather } from "../../suites/engine/gather.ts";
import { evidenceFromCaptures } from "../../suites/engine/declared_captures.ts";
import { judgeTogether } from "../../suites/engine/judge.ts";
import { totalsOf } from "../../suites/engine/tally.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { allSuites } from "../../suites/registry.ts";
import { CORE_IDENTITY } from "../../suites/core_identity/suite.ts";
import { L2TP } from "../../suites/l2tp/suite.ts";
import type { FileName } from "./files.ts";
import { profileSchema } from "../../suites/kit/profile.ts";
import { readCaptureFile } from "../../suites/engine/read_capture_file.ts";

/** What a stage found: enough to see that it did its work. */
export interface Found {
  packets: number;
  /** What else it counted, such as flows or wrong checksums. */
  details: Record<string, number>;
}

/** Does the work of a stage on a capture. */
export type Stage = (path: string) => Promise<Found>;

/** The stages by name. */
export const STAGES = {
  "record walk": async (path) => {
    const { packets } = await readCapture(path, () => {});
    return { packets, details: {} };
  },

  "dissection": async (path) => {
    const walker = new HeaderWalker();
    let correct = 0, wrong = 0;
    const { packets } = await readCapture(path, (frame) => {
      if (!walker.walk(frame)) return;
      const ip = ipChecksum(frame, walker), transport = transportChecksum(frame, walker);
      if (ip === Checksum.wrong || transport === Checksum.wrong) wrong++;
      else correct++;
    });
    return { packets, details: { correct, wrong } };
  },

  "session accounting": async (path) => {
    const walker = new HeaderWalker(), tuples = new TupleTable();
    let counted = new Float64Array(1 << 12), lost = 0;
    const { packets } = await readCapture(path, (frame) => {
      if (!walker.walk(frame)) return;
      const flow = tuples.index(frame.bytes, walker);
      if (flow < 0) {
        lost++;
        return;
      }
      if (flow * 2 >= counted.length) {
        const larger = new Float64Array(counted.length * 2);
        larger.set(counted);
        counted = larger;
      }
      counted[flow * 2]++;
      counted[flow * 2 + 1] += frame.originalLength;
    });
    return { packets, details: { flows: tuples.size, lost } };
  },

  "judgement": (path) => judgeBy([CORE_IDENTITY], path),

  "judgement of L2TP": (path) => judgeBy([L2TP], path),

  "judgement by all suites": async (path) => judgeBy(await allSuites(), path),
} satisfies Record<string, Stage>;

/** Judges a capture by suites, in one walk. */
async function judgeBy(suites: readonly Suite[], path: string): Promise<Found> {
  let packets = 0;
  const pairs = suites.map((suite) => ({ suite, evidence: evidence(suite, path) }));
  const judged = await judgeTogether(pairs, {
    read: async (file, sink) => {
      const report = await readCaptureFile(file, sink);
      packets += report.frames;
      return report;
    },
  });
  const { not_applicable: _, ...details } = totalsOf(judged.flat());
  return { packets, details };
}

/** Name of a stage. */
export type StageName = keyof typeof STAGES;

/** The stages that say something of a generated capture. */
export function stagesOf(file: FileName): StageName[] {
  if (file === "l2tp") return ["record walk", "judgement of L2TP", "judgement by all suites"];
  return (Object.keys(STAGES) as StageName[]).filter((stage) => stage !== "judgement of L2TP");
}

/** The sessions that the judgement finds in a capture; to be asked apart from any measurement. */
export async function sessionsIn(path: string): Promise<number> {
  const captured = evidence(CORE_IDENTITY, path);
  const listener = {
    evidence: captured,
    collectors: [wanFacts],
    recognises: CORE_IDENTITY.recogniser?.(captured),
  };
  const { findings: [{ facts }] } = await gather([listener], readCaptureFile);
  const wan = facts.get(wanFacts.name) as WanFacts;
  return wan.of("sender").reduce((sum, { sessions }) => sum + sessions.length, 0);
}

/** A device of every role that the captures of the bench could show, and what it declares. */
export const PROFILE = {
  name: "bench",
  roles: ["sender", "lac", "lns", "master"],
  classes: ["F7", "clear", "lac", "lns"],
  attach: { kind: "captures" as const, taps: {} },
};

function evidence({ name }: Suite, path: string) {
  return evidenceFromCaptures(name, profileSchema.parse(PROFILE), [path]);
}

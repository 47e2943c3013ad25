/** What we do to a capture, from the least to the most: the stages that the bench measures. */
import { readCapture } from "../../captures/file/read.ts";
import { Checksum, ipChecksum, transportChecksum } from "../../captures/verify.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import { TupleTable } from "../../suites/core_identity/facts/tuples.ts";
import { type WanFacts, wanFacts } from "../../suites/core_identity/facts/wan.ts";
import { gather } from "../../suites/engine/gather.ts";
import { evidenceFromCaptures, judgeEvidence } from "../../suites/engine/judge.ts";
import { CORE_IDENTITY } from "../../suites/core_identity/mod.ts";
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

  "judgement": async (path) => {
    let packets = 0;
    const judged = await judgeEvidence(CORE_IDENTITY, evidence(path), {
      read: async (file, sink) => {
        const report = await readCaptureFile(file, sink);
        packets += report.frames;
        return report;
      },
    });
    const count = (verdict: string) =>
      judged.filter(({ outcome }) => outcome.verdict === verdict).length;
    const details = {
      pass: count("pass"),
      fail: count("fail"),
      inconclusive: count("inconclusive"),
      error: count("error"),
    };
    return { packets, details };
  },
} satisfies Record<string, Stage>;

/** Name of a stage. */
export type StageName = keyof typeof STAGES;

/** The sessions that the judgement finds in a capture; to be asked apart from any measurement. */
export async function sessionsIn(path: string): Promise<number> {
  const listener = { evidence: evidence(path), collectors: [wanFacts] };
  const { findings: [{ facts }] } = await gather([listener], readCaptureFile);
  const wan = facts.get(wanFacts.name) as WanFacts;
  return wan.of("sender")?.sessions.length ?? 0;
}

/** The device that the captures of the bench show, and how its profile calls it. */
export const PROFILE = {
  name: "bench",
  roles: ["sender"],
  classes: ["F7", "clear"],
  attach: { kind: "captures" as const, taps: {} },
};

function evidence(path: string) {
  return evidenceFromCaptures("core_identity", profileSchema.parse(PROFILE), [path]);
}

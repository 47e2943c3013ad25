/** Whose fault a failure between two devices is, as far as the evidence tells. */
import type { Check } from "../../../suites/kit/check.ts";
import { linkEndAt } from "../../../suites/kit/link_address.ts";
import { readCaptureFile } from "../../../suites/engine/read_capture_file.ts";
import { loadEvidence, UnreadableInput } from "../../../suites/engine/load.ts";
import { locateInside } from "../../../suites/engine/run_files.ts";
import { join } from "../../../suites/kit/paths.ts";
import type { PairFailure } from "../../../suites/report/interop/model.ts";
import type { ReportCheck } from "../../../suites/report/model.ts";

/** Octets of an Ethernet address. */
const ADDRESS = 6;

/**
 * Who is at fault where a check failed: the role whose conduct it judges. Of two roles it is the one
 * that sent all the frames which prove the failure, where these are the fault itself, as they are for
 * an invariant; a case may cite what went unanswered. Both where nothing tells.
 * @param directory Run directory of the pair.
 */
export async function atFault(
  check: ReportCheck,
  kind: Check["kind"] | undefined,
  roles: readonly [string, string],
  directory: string,
): Promise<Pick<PairFailure, "at_fault" | "known_by" | "sent_by">> {
  const senders = await sendersOf(check, directory);
  const sent_by = [...senders].filter((role) => role !== "").sort();
  const judged = roles.filter((role) => check.roles?.includes(role) ?? true);
  if (judged.length === 1) return { at_fault: judged, known_by: "check", sent_by };
  const [sender] = senders;
  return kind === "invariant" && senders.size === 1 && roles.includes(sender)
    ? { at_fault: [sender], known_by: "frames", sent_by }
    : { at_fault: [...roles], known_by: "nothing", sent_by };
}

/** The roles of the nodes that sent the frames that a failure cites; "" for those of nobody's. */
async function sendersOf(check: ReportCheck, directory: string): Promise<Set<string>> {
  const senders = new Set<string>();
  try {
    const evidence = await loadEvidence(join(directory, check.evidence));
    for (const [capture, frames] of Map.groupBy(check.frames ?? [], (frame) => frame.capture)) {
      const tap = evidence.taps.find(({ name }) => name === capture);
      if (tap === undefined) return new Set([""]);
      const wanted = new Set(frames.map(({ number }) => number));
      const path = locateInside(evidence.directory, tap.file);
      await readCaptureFile(path, (frame) => {
        if (!wanted.has(frame.number)) return;
        const source = frame.start + ADDRESS;
        const end = source + ADDRESS <= frame.end ? linkEndAt(frame.view, source) : -1;
        const node = end < 0 ? undefined : evidence.topology?.links[end >> 1]?.ends[end & 1].node;
        senders.add(node === undefined ? "" : evidence.nodes[node]?.role ?? "");
      });
    }
  } catch (error) {
    if (!(error instanceof UnreadableInput)) throw error;
    return new Set([""]);
  }
  return senders;
}

/** Run directories made by hand, for the browser tests of the report. */
import { projectSuite } from "../../../suites/registry.ts";
import { PcapWriter } from "../../../captures/file/pcap_writer.ts";
import { udpDatagram } from "../../../captures/wire/build.ts";
import type { EvidenceRecord } from "../../../suites/kit/evidence.ts";
import type { Report, ReportCheck } from "../../../suites/report/model.ts";
import { writeRun } from "../../../suites/report/write.ts";
import { testEvidence } from "../../../suites/_testing/test_suite.ts";

/** LINKTYPE_RAW. */
const RAW = 101;

/** A report of these checks, whose every free text is `text`. */
export function reportOf(
  text: string,
  checks: ReportCheck[],
  captures: Report["captures"],
): Report {
  const count = (word: string) => checks.filter(({ verdict }) => verdict === word).length;
  return {
    schema: 1,
    plumbline: text,
    run: {
      ...{ id: text, started: "2026-01-02T03:04:05Z", seed: 7, world: "memory", kernel: text },
      ...{ commit: text, command: text, selection: false, duration_ms: 12 },
    },
    device: {
      ...{ name: text, vendor: text, version: text, roles: [text], classes: [text] },
      exceptions: [{ requirement: text, reason: text, expires: text, state: "unused" }],
    },
    conclusion: "not_conformant",
    exit_code: 1,
    suites: [{ name: text, checks }],
    requirements: [...new Set(checks.flatMap(({ covers }) => covers))].map((id) => ({
      ...{ id, suite: text, level: "MUST", verdict: "fail", reason: text, required: true },
      ...{ checks: [checks[0].id], source: text, text, classes: [text] },
    })),
    totals: {
      ...{ pass: count("pass"), fail: count("fail"), inconclusive: count("inconclusive") },
      ...{ not_applicable: 0, error: 0 },
    },
    captures,
  };
}

/** Writes a capture of UDP datagrams between 10.0.0.1 and 10.0.0.2, a millisecond apart. */
export function writeCapture(path: string, packets: number, payload: Uint8Array): void {
  const writer = PcapWriter.create(path, { linkType: RAW });
  try {
    const datagram = udpDatagram({
      ...{ source: "10.0.0.1", destination: "10.0.0.2" },
      ...{ sourcePort: 1000, destinationPort: 2000, payload },
    });
    for (let i = 0; i < packets; i++) {
      writer.write(Math.floor(i / 1000), i % 1000 * 1_000_000, datagram);
    }
  } finally {
    writer.close();
  }
}

/** Writes the evidence of a scenario with one capture, and what its record says besides. */
export async function writeEvidence(
  directory: string,
  evidence: string,
  packets: number,
  payload: Uint8Array,
  overrides: Partial<EvidenceRecord>,
  file = "wan.pcapng",
): Promise<void> {
  await Deno.mkdir(`${directory}/${evidence}`, { recursive: true });
  writeCapture(`${directory}/${evidence}/${file}`, packets, payload);
  const { directory: _, ...record } = testEvidence("", packets, overrides);
  await Deno.writeTextFile(`${directory}/${evidence}/scenario.json`, JSON.stringify(record));
}

/** Writes the run directory of a report around its evidence; gives the path of the page. */
export async function writeReport(directory: string, report: Report): Promise<string> {
  await writeRun(directory, report, [], { suiteOf: projectSuite });
  return `${directory}/report.html`;
}

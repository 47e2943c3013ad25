import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert";
import { PcapWriter } from "../../captures/file/pcap_writer.ts";
import { ethernetFrame, udpDatagram } from "../../captures/wire/build.ts";
import { buildSegment } from "../../captures/wire/build_segment.ts";
import type { Report, ReportCheck } from "../../suites/report/model.ts";
import { findingOf, octetsOf, tellingOf } from "./record_findings.ts";

function judged(id: string, verdict: ReportCheck["verdict"], evidence = ""): ReportCheck {
  const text = { title: id, scenario: "", covers: ["TST-001"] };
  return { ...text, id, verdict, evidence, level: "MUST", duration_ms: 0 };
}

Deno.test("of all failures of a check the first with a packet is recorded", () => {
  const frames = [{ capture: "wan", number: 1 }];
  const checks = [
    judged("t/known", "pass", "a"),
    judged("t/known", "fail", "b"),
    { ...judged("t/known", "fail", "c"), frames },
    { ...judged("t/known", "fail", "d"), frames },
    judged("t/good", "pass"),
  ];
  const report = { suites: [{ name: "t", checks }] } as unknown as Report;
  deepStrictEqual(tellingOf(report, ["t/known"]).map(({ evidence }) => evidence), ["c"]);
  throws(() => tellingOf(report, ["t/good"]), /t\/good as it did not fail in this run/);
});

Deno.test("what no packet proves is not recorded as a finding", () =>
  rejects(findingOf(judged("t/new", "fail"), "/nowhere", "2026-01-01"), /no packet proves it/));

const HELLO = new TextEncoder().encode("hello");
const MACS = { source: "02:00:00:00:00:01", destination: "02:00:00:00:00:02" };

Deno.test("of UDP the payload is quoted, of anything else the IP datagram with its options", async () => {
  const ends = { source: "192.0.2.1", destination: "192.0.2.2" };
  const udp = udpDatagram({ ...ends, sourcePort: 1, destinationPort: 2, payload: HELLO });
  const options = Uint8Array.of(1, 1, 1, 0);
  const tcp = buildSegment({
    ...{ ip: { ...ends, options }, sourcePort: 1, destinationPort: 2, sequence: 3, payload: HELLO },
  });
  const path = await Deno.makeTempFile({ suffix: ".pcap" });
  try {
    const { writer, output } = PcapWriter.inMemory();
    for (const payload of [udp, tcp]) writer.write(1, 0, ethernetFrame({ ...MACS, payload }));
    writer.close();
    await Deno.writeFile(path, output.bytes());
    strictEqual(await octetsOf(path, 1), HELLO.toHex());
    strictEqual(await octetsOf(path, 2), tcp.toHex());
  } finally {
    await Deno.remove(path);
  }
});

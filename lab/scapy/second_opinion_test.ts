import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { PcapWriter } from "../../captures/file/pcap_writer.ts";
import { udpDatagram } from "../../captures/wire/build.ts";
import type { Report, ReportCheck } from "../../suites/report/model.ts";
import { hasScapy } from "./_testing/with_scapy.ts";
import { opinionSentences, secondOpinion } from "./second_opinion.ts";

const ignore = !await hasScapy("second opinions");

/** A StopCCN with sequence numbers, a heartbeat of a cluster, and a keepalive of core identity. */
const PAYLOADS: readonly [port: number, octets: string][] = [
  [
    1701,
    "c802" + "001c" + "00050000" + "00010002" + "800800000000" + "0004" + "800800000009" + "0007",
  ],
  [49700, "10040010" + "00000001" + "00000007" + "00000000"],
  [49600, "12000004" + "00010001" + "00000003" + "00000000" + "00000000"],
];

/** A report of one failure that cites the frames of a capture. */
function reportOf(file: string, numbers: readonly number[]): Report {
  const frames = numbers.map((number) => ({ capture: "wan", number }));
  const check = { verdict: "fail", evidence: "", frames } as unknown as ReportCheck;
  return {
    suites: [{ name: "l2tp", checks: [check] }],
    captures: [{ evidence: "", name: "wan", file }],
  } as unknown as Report;
}

Deno.test({
  name: "scapy reads the frames that failures cite, and agrees on each format of ours",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "plumbline-opinion-" });
    try {
      const path = `${folder}/wan.pcap`, writer = PcapWriter.create(path, { linkType: 101 });
      PAYLOADS.forEach(([port, octets], i) => {
        const ends = { source: "10.0.0.1", destination: "10.0.0.2" };
        const ports = { sourcePort: port, destinationPort: port };
        writer.write(
          i,
          0,
          udpDatagram({ ...ends, ...ports, payload: Uint8Array.fromHex(octets) }),
        );
      });
      writer.close();
      const opinion = await secondOpinion(reportOf(path, [1, 2, 3]), (file) => file);
      deepStrictEqual(opinion.differences, []);
      strictEqual(opinion.frames, 3);
      // 7 of IPv4 and 4 of UDP in each frame, and those of the three formats.
      strictEqual(opinion.fields, 3 * (7 + 4) + 5 + 7 + 8);
      match(
        opinionSentences(opinion)[0],
        /^scapy reads 53 fields of the 3 frames .* agrees in each$/,
      );
      const none = await secondOpinion(reportOf(path, []), (file) => file);
      ok(opinionSentences(none)[0].includes("no frame"));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("a field that the two read differently is told with both values", () => {
  const difference = { field: "ipv4.ttl", ours: "64", theirs: "63" };
  const [head, first] = opinionSentences({
    ...{ frames: 1, skipped: 0, fields: 11 },
    differences: [{ capture: "wan", frame: 4, ...difference }],
  });
  match(head, /and differs in 1$/);
  strictEqual(first, "wan frame 4: ipv4.ttl is 64 to us and 63 to scapy");
});

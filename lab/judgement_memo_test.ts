import { deepStrictEqual, strictEqual } from "node:assert";
import { PcapngWriter } from "../captures/file/pcapng_writer.ts";
import {
  inDirectory,
  testEvidence,
  testProfile,
  testSuite,
} from "../suites/_testing/test_suite.ts";
import { JudgementMemo } from "./judgement_memo.ts";

const SCOPE = { roles: ["sender"], classes: ["X1"] };

/** Writes a capture of one frame with this first octet. */
function write(directory: string, octet: number): void {
  const writer = PcapngWriter.create(`${directory}/wan.pcapng`);
  writer.write(writer.addInterface({ name: "wan" }), 0, 0, Uint8Array.of(octet));
  writer.close();
}

Deno.test("the same octets are judged once, whoever left them, and other octets anew", () =>
  inDirectory([], async (directory) => {
    let judgements = 0;
    const { checks: [allOnes], ...suite } = testSuite();
    const counted = {
      ...allOnes,
      judge: (...given: Parameters<typeof allOnes.judge>) => {
        judgements++;
        return allOnes.judge(...given);
      },
    };
    const memo = new JudgementMemo();
    const verdicts = async (octet: number, name: string, seed = 1) => {
      write(directory, octet);
      const { directory: _, ...record } = testEvidence(directory, 1, { seed });
      record.nodes.box.profile = testProfile({ name });
      const judged = await memo.judge({ ...suite, checks: [counted] }, record, directory, [SCOPE]);
      return judged.map(({ outcome }) => outcome.verdict);
    };
    deepStrictEqual(await verdicts(1, "one"), ["pass"]);
    deepStrictEqual(await verdicts(1, "another"), ["pass"]);
    strictEqual(judgements, 1);
    deepStrictEqual(await verdicts(0, "one"), ["fail"]);
    deepStrictEqual(await verdicts(1, "one", 2), ["pass"]);
    strictEqual(judgements, 3, "what the record says counts as well");
  }));

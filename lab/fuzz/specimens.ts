/** What is damaged: captures of others, and evidence of our own that holds every kind of packet. */
import { corpus } from "../../captures/_testing/corpus.ts";
import type { Evidence } from "../../suites/kit/evidence.ts";
import { evidenceFromCaptures } from "../../suites/engine/declared_captures.ts";
import { loadEvidence } from "../../suites/engine/load.ts";
import { allSuites } from "../../suites/registry.ts";
import { CORE_IDENTITY } from "../../suites/core_identity/suite.ts";
import { profileSchema } from "../../suites/kit/profile.ts";
import { referenceScope } from "../../suites/engine/scope.ts";
import type { Suite } from "../../suites/kit/suite.ts";
import { MemoryWorld } from "../worlds/memory/world.ts";

/** One capture with the evidence that it is a part of. */
export interface Specimen {
  /** File name, or scenario and tap. */
  name: string;
  octets: Uint8Array;
  suite: Suite;
  evidence: Evidence;
  /** Taps that show the damaged octets; all others show what they did. */
  taps: string[];
}

/** Scenarios that hold all placements, seals, pieces, fragments and messages between them. */
const SCENARIOS = [
  "core_identity/7/sessions",
  "core_identity/7/portless",
  "core_identity/7/processor_update",
  "core_identity/7/outer_ipv6",
  "core_identity/9/tunnel_encrypted_header",
  "core_identity/9/payload_encrypted_header",
];

/** Captures of others: each taken for what both a WAN and a LAN tap saw. None when there are none. */
export async function thirdPartySpecimens(): Promise<Specimen[]> {
  const suites = await allSuites();
  return corpus().flatMap((path) =>
    suites.filter(({ checks }) => checks.length > 0).map((suite) => {
      const profile = profileSchema.parse({
        ...{ name: "fuzz", ...referenceScope(suite) },
        attach: { kind: "captures", taps: {} },
      });
      const evidence = evidenceFromCaptures(suite.name, profile, [path]);
      const [tap] = evidence.taps;
      evidence.taps = [{ ...tap, name: "wan" }, { ...tap, name: "lan", side: "lan" }];
      return {
        name: path.split("/").at(-1)!,
        octets: Deno.readFileSync(path),
        ...{ suite, evidence, taps: ["wan", "lan"] },
      };
    })
  );
}

/**
 * Evidence of the memory world, in a folder that the caller removes; one specimen for each WAN tap of
 * the sender, its first LAN tap, and the receiver's.
 */
export async function ownSpecimens(folder: string): Promise<Specimen[]> {
  const suite = CORE_IDENTITY;
  const world = new MemoryWorld();
  const specimens: Specimen[] = [];
  try {
    for (const id of SCENARIOS) {
      const scenario = suite.scenarios.find((scenario) => scenario.id === id)!;
      const directory = `${folder}/${id}`;
      await world.run({ suite, scenario, profiles: {}, seed: 1, directory });
      const evidence = await loadEvidence(directory);
      for (const tap of evidence.taps) {
        const octets = Deno.readFileSync(`${directory}/${tap.file}`);
        if (octets.length < 1000) continue;
        specimens.push({ name: `${id}/${tap.name}`, octets, suite, evidence, taps: [tap.name] });
      }
    }
  } finally {
    await world.close();
  }
  return specimens;
}

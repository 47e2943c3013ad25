/** Second faults of rules with several dimensions: another way, moment or number than those beside the checks. */
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import type { ProcessorInformation } from "../../../captures/wire/core_identity_information.ts";
import type { Section } from "../../kit/suite.ts";
import { kit } from "../vocabulary.ts";

/** Goes by the processor information of whoever told it first, whoever the peer is. */
function ofTheFirstPeer() {
  let first: ProcessorInformation | undefined;
  return (peer: ProcessorInformation | undefined) => first ??= peer;
}

/** The section. */
export const FAULTS_OF_ANOTHER_KIND: Section<CoreIdentityOverrides> = {
  title: "Second faults of rules with several dimensions",
  checks: [],
  mutants: [
    kit.mutant({
      name: "information_of_the_first",
      title: "Selects the cores of all receivers by what the first of them announced",
      role: "sender",
      violates: "CID-007",
      alsoViolates: ["CID-031", "CID-054", "CID-055", "CID-058", "CID-062", "CID-068", "CID-099"],
      rules: { node: { informationUsed: ofTheFirstPeer() } },
    }),
    kit.mutant({
      name: "steers_third_tunnel",
      title: "Takes what comes by the third tunnel to the next core",
      role: "receiver",
      violates: "CID-019",
      alsoViolates: [
        "CID-001",
        "CID-005",
        "CID-006",
        "CID-029",
        "CID-031",
        "CID-054",
        "CID-065",
        "CID-066",
        "CID-086",
        "CID-088",
        "CID-089",
        "CID-090",
        "CID-093",
        "CID-104",
        "CID-106",
        "CID-107",
        "CID-110",
      ],
      rules: {
        node: {
          coreUsed: (named, { tunnelId }, cores) => tunnelId === 3 ? (named + 1) % cores : named,
        },
      },
    }),
    kit.mutant({
      name: "looks_up_in_53_bits",
      title: "Looks session-IDs up as floating-point numbers",
      role: "receiver",
      violates: "CID-093",
      alsoViolates: [
        "CID-001",
        "CID-005",
        "CID-019",
        "CID-065",
        "CID-086",
        "CID-088",
        "CID-089",
        "CID-090",
        "CID-110",
      ],
      rules: { node: { lookupKey: (id) => Number(id).toString(16) } },
    }),
    kit.mutant({
      name: "one_identity_of_two_processors",
      title: "Begins the numbers of each processor with the last of the one before",
      role: "receiver",
      violates: "CID-107",
      alsoViolates: ["CID-051", "CID-053", "CID-056"],
      rules: { node: { identityOfCore: ({ index, unit }) => BigInt(index - unit) } },
    }),
  ],
};

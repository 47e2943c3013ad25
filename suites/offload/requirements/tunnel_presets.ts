/** The presets of the source, and what the framework is worth: seed 002 L22, L76-L84, L102-L104. */
import { catalogue } from "../../kit/requirement.ts";
import { may, must, type Rows } from "./row.ts";

const GRE = must("gre"), UDP = must("udp_slots");

/** OFL-068 to OFL-084. */
export const TUNNEL_PRESETS = catalogue(
  {
    "OFL-068": {
      ...GRE,
      source: "seed 002 L102",
      text: "In the GRE preset the inner IP header begins 16 octets behind the outer one.",
    },
    "OFL-069": {
      ...GRE,
      source: "seed 002 L102",
      text: "Packets of the GRE preset have the outer protocol 47.",
    },
    "OFL-070": {
      ...GRE,
      source: "seed 002 L102",
      text: "In the GRE preset octets 10 and 11 of the opaque field tell flows apart.",
    },
    "OFL-071": {
      ...GRE,
      source: "seed 002 L98, L102",
      text:
        "In the GRE preset segments whose keys differ in octets 8 and 9 are not joined, as their opaque fields differ.",
    },
    "OFL-072": {
      ...GRE,
      binds: ["encapsulator"],
      source: "seed 002 L102; RFC 2784, RFC 2890; D2-09",
      text:
        "An encapsulator of the GRE preset lays out checksum, key and sequence number, and announces all three.",
    },
    "OFL-073": {
      ...GRE,
      source: "seed 002 L102 names none; D2-10",
      text: "In the GRE preset the protocol type at 2 names the format.",
    },
    "OFL-074": {
      ...GRE,
      source: "seed 002 L88; D2-05, D2-09",
      text:
        "In the GRE preset checksum and sequence number are copied to each segment as they are.",
    },
    "OFL-075": {
      ...UDP,
      source: "seed 002 L104; D2-12",
      text: "In the UDP preset the inner IP header begins 20 octets behind the outer one.",
    },
    "OFL-076": {
      ...UDP,
      source: "seed 002 L104",
      text: "Packets of the UDP preset have the outer protocol 17.",
    },
    "OFL-077": {
      ...UDP,
      source: "seed 002 L104, whose value 2 is read as the offset of the port; D2-11",
      text: "In the UDP preset the destination port names the format.",
    },
    "OFL-078": {
      ...UDP,
      source: "seed 002 L104",
      text: "In the UDP preset source slot and target slot each tell flows apart.",
    },
    "OFL-079": {
      ...UDP,
      binds: ["encapsulator"],
      source: "seed 002 L104 gives no place; D2-12",
      text:
        "An encapsulator of the UDP preset writes the source slot at 12 and the target slot at 14.",
    },
    "OFL-080": {
      ...must("tunnel_coalescing"),
      source: "seed 002 L84",
      text:
        "Two tenants with the same addresses and ports on one pair of hosts each get their own octets alone.",
    },
    "OFL-081": {
      ...UDP,
      source: "seed 002 L86, L104",
      text: "UDP to another port than that of the preset is passed on as it is.",
    },
    "OFL-082": {
      ...UDP,
      source: "seed 002 L88 against L98; D2-05",
      text:
        "Length and checksum of the UDP header in the opaque field are copied as they are, or adjusted where the preset lists them.",
    },
    "OFL-083": {
      ...may("internals"),
      source: "seed 002 L80",
      text: "A host handles up to 80 percent fewer packets.",
    },
    "OFL-084": {
      ...must("presets"),
      source: "seed 002 L22, L76, L80",
      text: "A protocol that was never heard of is offloaded once its preset is configured.",
    },
  } satisfies Rows,
);

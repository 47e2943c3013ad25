/** Mutants of the NAT. */
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { by, type ClusterMutant, is, isData, leaving, mutant, SCCRP, SCCRQ } from "./make.ts";

/** The mutants. */
export const NAT_MUTANTS: readonly ClusterMutant[] = [
  mutant(
    "nat",
    "row_by_request",
    "Makes no row for an SCCRP",
    "TCL-024",
    { nat: { createsMapping: () => false } },
    ["TCL-027", "TCL-028", "TCL-040"],
  ),
  mutant("nat", "far_port_1701", "Takes the far port for another", "TCL-025", {
    nat: { farPort: () => 1702 },
  }, ["TCL-031", "TCL-032", "TCL-037", "TCL-049"]),
  mutant("nat", "local_port_of_its_own", "Takes the local port for another", "TCL-026", {
    nat: { localPort: () => 1702 },
  }, ["TCL-032"]),
  mutant(
    "nat",
    "another_address",
    "Sends replies from another address",
    "TCL-027",
    leaving(is(SCCRP), by("spare")),
    ["TCL-030", "TCL-031", "TCL-037"],
  ),
  mutant("nat", "changes_octets", "Changes the last octet of what it translates", "TCL-028", {
    nat: {
      translated(payload) {
        const out = payload.slice();
        out[out.length - 1] ^= 1;
        return out;
      },
    },
  }, ["TCL-031", "TCL-032", "TCL-037", "TCL-049"]),
  mutant("nat", "serves", "Hands requests to its own address to an endpoint", "TCL-029", {
    nat: {
      mappingFor: (m, all, payload) =>
        m[0] ?? (messageTypeOf(payload) === SCCRQ ? all()[0] : undefined),
    },
  }, ["TCL-082"]),
  mutant(
    "nat",
    "one_port",
    "Uses one port for all",
    "TCL-030",
    { nat: { sharesPort: () => true } },
    [
      "TCL-031",
      "TCL-037",
      "TCL-049",
    ],
  ),
  ...(["TCL-031", "TCL-037"] as const).map((id, i) =>
    mutant("nat", `first_row_${i + 1}`, "Hands everything to the first row", id, {
      nat: { mappingFor: (m, all) => m.length > 0 ? all()[0] : undefined },
    }, ["TCL-031", "TCL-037", "TCL-049"])
  ),
  mutant("nat", "takes_strangers", "Hands packets of strangers to the first row", "TCL-033", {
    nat: { mappingFor: (m, all) => m[0] ?? all()[0] },
  }, ["TCL-029", "TCL-032", "TCL-082"]),
  mutant(
    "nat",
    "acknowledges_from_elsewhere",
    "Sends acknowledgements from another address",
    "TCL-040",
    leaving(is(0), by("spare")),
    ["TCL-051"],
  ),
  mutant("nat", "data_in_turn", "Hands data to the first row", "TCL-049", {
    nat: {
      mappingFor: (m, all, payload) => m.length > 0 && (payload[0] & 0x80) === 0 ? all()[0] : m[0],
    },
  }),
  mutant(
    "nat",
    "data_from_elsewhere",
    "Sends data from another address",
    "TCL-051",
    leaving(isData, by("spare")),
  ),
];

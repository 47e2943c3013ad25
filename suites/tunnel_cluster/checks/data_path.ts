/** Checks of what tunnels are for: clients' datagrams, and the one address of master and NAT. */
import { DATA_PATH_ENDPOINT } from "./data_path_endpoint.ts";
import { DATA_PATH_INITIATOR } from "./data_path_initiator.ts";
import { PING_CHECK } from "./data_path_ping.ts";
import { ADDRESS, all, clusterCheck, fail, refs } from "./view.ts";

const NAT = [
  clusterCheck(
    "shared_address",
    "Where master and NAT have one address, requests to it are served and replies come from it",
    ["TCL-029"],
    "nat",
    ["nat/shared_address"],
    (v) => {
      const asked = v.of("ext-n", "SCCRQ", ({ destination }) => destination === ADDRESS.master);
      const inside = v.of("lan-n", "SCCRP");
      return all(
        v.needs(asked, "request to the address"),
        v.needs(inside, "SCCRP from inside"),
        v.each(
          v.of("ext-n", "SCCRP"),
          "SCCRP that leaves",
          ADDRESS.master,
          ({ source }) => source === ADDRESS.master,
        ),
        v.of("lan-n", "SCCCN").length > 0
          ? undefined
          : fail("an SCCCN for an endpoint", "none", refs(inside[0])),
      );
    },
  ),
];

/** The checks of the data path. */
export const DATA_PATH_CHECKS = [...DATA_PATH_INITIATOR, ...DATA_PATH_ENDPOINT, PING_CHECK, ...NAT];

import assert from "node:assert/strict";
import { installed } from "../../captures/_testing/corpus.ts";
import { MemoryWorld } from "../../lab/worlds/memory/world.ts";
import { DATA_PATH_SCENARIOS } from "../tunnel_cluster/scenarios/data_path.ts";
import { TUNNEL_CLUSTER } from "../tunnel_cluster/suite.ts";

const tshark = await installed("tshark");
if (!tshark) console.log("tunnel_cluster: what tshark says is skipped: it is not installed");

Deno.test({
  name: "tshark finds nothing malformed in what crosses the NAT, clients' data included",
  ignore: !tshark,
  async fn() {
    const directory = await Deno.makeTempDir({ prefix: "plumbline-self-" });
    try {
      const [scenario] = DATA_PATH_SCENARIOS;
      const profiles = {};
      await new MemoryWorld().run({
        suite: TUNNEL_CLUSTER,
        scenario,
        profiles,
        seed: 1,
        directory,
      });
      for (const tap of ["ext-n", "lan-n"]) {
        const ask = async (filter: string) => {
          const args = ["-n", "-r", `${directory}/${tap}.pcapng`, "-Y", filter];
          const { stdout } = await new Deno.Command("tshark", { args, stderr: "null" }).output();
          return new TextDecoder().decode(stdout).split("\n").slice(0, -1);
        };
        assert.deepEqual(await ask("_ws.malformed || _ws.expert.severity >= error"), []);
        assert.ok((await ask("l2tp && icmp")).length >= 54, "pings of nine clients, and answers");
      }
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

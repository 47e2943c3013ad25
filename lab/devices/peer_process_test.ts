import { rejects, strictEqual } from "node:assert";
import { PeerProcess } from "./peer_process.ts";

const SUITES = new URL("../_testing/test_claimants.ts", import.meta.url).href;

Deno.test("a peer that has ended may be asked, frozen, killed and stopped again", async () => {
  const peer = PeerProcess.spawn(SUITES);
  await peer.kill();
  await peer.kill();
  await rejects(peer.idle(), /did not fall idle: its process ended/);
  await rejects(peer.instruct({}), /did not take an instruction: its process ended/);
  peer.freeze();
  strictEqual(await peer.stop(), undefined);
  strictEqual(peer.able, false);
});

import assert from "node:assert/strict";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { capturesOf, INITIATOR, judge, l2tp, sccrp, type Shown } from "../_testing/captures.ts";
import { control } from "../packets.ts";

const AT_ENDPOINT = capturesOf(["endpoint1 lan"]);

Deno.test("two tunnels that stand must not share a Tunnel ID, one that ended may leave its own", () => {
  const up = (tunnelId: number, more: Shown[] = []): Shown[] => [
    ["endpoint1 lan", tunnelId, l2tp("10.0.11.1", INITIATOR, sccrp(tunnelId, 8))],
    ["endpoint1 lan", tunnelId, l2tp(INITIATOR, "10.0.11.1", control(MessageType.SCCCN, 8))],
    ...more,
  ];
  const word = (frames: readonly Shown[]) =>
    judge("endpoint/own_tunnel_ids", AT_ENDPOINT, frames).verdict;
  assert.equal(word(up(1)), "pass");
  assert.equal(word([...up(1), ...up(2)]), "fail");
  const stop = l2tp("10.0.11.1", INITIATOR, control(MessageType.StopCCN, 1));
  assert.equal(word([...up(1, [["endpoint1 lan", 1.5, stop]]), ...up(2)]), "pass");
});

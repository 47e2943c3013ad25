import { strictEqual } from "node:assert";
import { unreadIn } from "./unread.ts";

const HEADER =
  "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n";

Deno.test("what lies in receive queues is counted, what waits to be sent is not", () => {
  const rows = [
    " 1077: 0100007F:C350 00000000:0000 07 00000000:00000300 00:00000000 00000000     0        0 1 2 0 0",
    " 1078: 0100007F:C351 00000000:0000 07 00000500:00000010 00:00000000 00000000     0        0 1 2 0 0",
  ];
  strictEqual(unreadIn(HEADER + rows.join("\n") + "\n"), 0x310);
  strictEqual(unreadIn(HEADER), 0);
});

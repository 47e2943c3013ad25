import assert from "node:assert/strict";
import { HeaderWalker } from "../../../captures/walk.ts";
import { udpDatagram } from "../../../captures/wire/build.ts";
import { Bound } from "../../kit/bounds.ts";
import { FlowTable, HEAD } from "./flow_table.ts";

/** Words of a row, the last of which the tests write. */
const SIZE = HEAD + 1;

/** Looks a datagram up. */
function look(
  table: FlowTable,
  [source, destination]: readonly [string, string],
  key: { ids: number; port: number },
  place = "wan",
): number {
  const bytes = udpDatagram({
    ...{ source, destination, sourcePort: 1701, destinationPort: 1701 },
    payload: new Uint8Array(4),
  });
  const walk = new HeaderWalker();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  assert.ok(walk.walkIp(bytes, view, 0, bytes.length));
  return table.index(bytes, walk, place, key);
}

Deno.test("flows of many addresses, identifiers, ports and places keep their rows as the table grows", () => {
  const table = new FlowTable(SIZE, new Bound("flows", 1 << 16));
  const pairs = [["10.0.0.1", "10.0.0.2"], ["fd00::1:2", "fd00::1:3"], [
    "fd00::2:2",
    "fd00::1:3",
  ]] as const;
  const all = pairs.flatMap((pair) =>
    ["wan", "lan"].flatMap((place) =>
      Array.from(
        { length: 300 },
        (_, i) => ({ pair, place, key: { ids: i << 16 | 7, port: i % 3 } }),
      )
    )
  );
  for (const [i, { pair, key, place }] of all.entries()) {
    assert.equal(look(table, pair, key, place), i);
    table.words[i * SIZE + HEAD] = i;
  }
  for (const [i, { pair, key, place }] of all.entries()) {
    assert.equal(look(table, pair, key, place), i);
    assert.equal(table.words[i * SIZE + HEAD], i);
    assert.equal(table.idsOf(i), key.ids);
    assert.equal(table.portOf(i), key.port);
    const { source, destination } = table.path(i);
    assert.equal(table.path(i).place, place);
    if (typeof source === "string") assert.deepEqual([source, destination], pair);
    else assert.deepEqual([source, destination], [0x0a000001, 0x0a000002]);
  }
});

Deno.test("a flow for which there is no room is turned away, and the bound confesses it", () => {
  const bound = new Bound("flows", 1), table = new FlowTable(SIZE, bound);
  const pair = ["10.0.0.1", "10.0.0.2"] as const;
  assert.equal(look(table, pair, { ids: 1, port: 0 }), 0);
  assert.equal(look(table, pair, { ids: 2, port: 0 }), -1);
  assert.equal(look(table, pair, { ids: 1, port: 0 }), 0);
  assert.equal(bound.overflow, 1);
});

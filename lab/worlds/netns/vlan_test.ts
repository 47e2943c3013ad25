import { deepStrictEqual, strictEqual } from "node:assert";
import { readCaptureFile } from "../../../suites/engine/read_capture_file.ts";
import type { Impairment, Topology } from "../../../suites/kit/topology.ts";
import { PacketSocket } from "../../kernel/packet_socket.ts";
import { Poller } from "../../kernel/poll.ts";
import { inNamespace, namespacePath } from "../../kernel/thread.ts";
import { insideTest, namespaceTests } from "./_testing/namespace_tests.ts";
import { bringUp, takeDown } from "./lab.ts";
import { Recorder } from "./recorder.ts";
import { Wires } from "./wires.ts";

const C_TAG = [0x81, 0x00, 0x60, 0x05], S_TAG = [0x88, 0xa8, 0x20, 0x07];
/** EtherType of local experiments: no kernel answers it. */
const EXPERIMENT = [0x88, 0xb5];

/** A frame to everybody with these tags, numbered by its payload. */
function frameWith(tags: readonly number[], payload: number, octets = 46): Uint8Array {
  const frame = new Uint8Array(12 + tags.length + 2 + octets).fill(payload);
  frame.set([...new Array(6).fill(0xff), 2, 0, 0, 0, 0, 1, ...tags, ...EXPERIMENT]);
  return frame;
}

const FRAMES = [
  frameWith([], 1),
  frameWith(C_TAG, 2),
  frameWith(S_TAG, 3),
  frameWith([...S_TAG, ...C_TAG], 4),
  frameWith([...C_TAG, ...C_TAG], 5),
  frameWith(C_TAG, 6, 1500),
  frameWith(S_TAG, 7, 1496),
];

function cable(impairment?: Impairment): Topology {
  return {
    name: "cable",
    title: "Two hosts on a cable",
    nodes: { left: { kind: "host" }, right: { kind: "host" } },
    links: [{
      name: "cable",
      ends: [
        { node: "left", interface: "eth0", addresses: ["10.1.0.1/24"] },
        { node: "right", interface: "eth0", addresses: ["10.1.0.2/24"] },
      ],
      ...(impairment === undefined ? {} : { impairment }),
    }],
    taps: ["left", "right"].map((node) => ({ name: node, node, interface: "eth0", side: "lan" })),
  };
}

const hex = (frames: readonly Uint8Array[]) => frames.map((frame) => frame.toHex());
const isOurs = (frame: Uint8Array) => frame[6] === 2 && frame[11] === 1;

/** What arrives of `FRAMES` at the other end of a cable, and what its taps hold. */
async function carried(plan: Topology): Promise<Record<string, string[]>> {
  const directory = await Deno.makeTempDir({ dir: "/run" });
  const lab = await bringUp(plan);
  const recorder = await Recorder.open(
    plan.taps.map((tap) => ({ ...tap, namespace: namespacePath(tap.node) })),
  );
  const wires = await Wires.start(lab.wires, 1);
  const socket = (node: string) =>
    inNamespace(namespacePath(node), () => PacketSocket.open("eth0"));
  const [left, right] = [socket("left"), socket("right")];
  await recorder.begin(directory);
  for (const frame of FRAMES) strictEqual(left.send(frame), true);
  const arrived: Uint8Array[] = [], buffer = new Uint8Array(4096);
  const poller = new Poller([right.fd]), limit = performance.now() + 3000;
  while (arrived.length < FRAMES.length && performance.now() < limit) {
    await poller.waitAsync(50);
    for (let n = right.receive(buffer); n >= 0; n = right.receive(buffer)) {
      if (isOurs(buffer)) arrived.push(buffer.slice(0, n));
    }
  }
  await recorder.end();
  const captured: Record<string, string[]> = { arrived: hex(arrived) };
  for (const { name } of plan.taps) {
    const frames: Uint8Array[] = [];
    await readCaptureFile(`${directory}/${name}.pcapng`, ({ bytes, start, end }) => {
      const frame = bytes.slice(start, end);
      if (isOurs(frame)) frames.push(frame);
    });
    captured[name] = hex(frames);
  }
  left.close();
  right.close();
  await recorder.close();
  await wires.close();
  await takeDown(lab);
  return captured;
}

await namespaceTests(import.meta.url, () => {
  for (const [what, impairment] of [["plain", undefined], ["emulated", { delay: 1 }]] as const) {
    insideTest(`frames keep their VLAN tags on a cable that is ${what}`, async () => {
      const { arrived, left, right } = await carried(cable(impairment));
      deepStrictEqual(arrived, hex(FRAMES));
      deepStrictEqual(left, hex(FRAMES));
      deepStrictEqual(right, hex(FRAMES));
    });
  }
});

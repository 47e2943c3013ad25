import { deepStrictEqual, ok, strictEqual } from "node:assert";
import { readCaptureFile } from "../../../suites/engine/read_capture_file.ts";
import type { Frame } from "../../../captures/frame.ts";
import type { Impairment, Topology } from "../../../suites/kit/topology.ts";
import { inNamespace, namespacePath } from "../../kernel/thread.ts";
import { bringUp, takeDown } from "./lab.ts";
import { insideTest, namespaceTests } from "./_testing/namespace_tests.ts";
import { Recorder } from "./recorder.ts";
import { NeedsEmulation, NetnsDriver } from "./driver.ts";
import { Wires } from "./wires.ts";

/** A client and a server on both sides of a router. */
function topology(impairment?: Impairment): Topology {
  return {
    name: "router",
    title: "Two hosts and a router",
    nodes: {
      client: {
        kind: "host",
        routes: [{ to: "default", via: "10.1.0.1" }, { to: "default", via: "fd00:1::1" }],
      },
      router: { kind: "router" },
      server: {
        kind: "host",
        routes: [{ to: "default", via: "10.2.0.1" }, { to: "default", via: "fd00:2::1" }],
      },
    },
    links: [
      {
        name: "near",
        ends: [
          { node: "client", interface: "eth0", addresses: ["10.1.0.2/24", "fd00:1::2/64"] },
          { node: "router", interface: "near", addresses: ["10.1.0.1/24", "fd00:1::1/64"] },
        ],
      },
      {
        name: "far",
        ends: [
          { node: "router", interface: "far", addresses: ["10.2.0.1/24", "fd00:2::1/64"] },
          { node: "server", interface: "eth0", addresses: ["10.2.0.2/24", "fd00:2::2/64"] },
        ],
        ...(impairment === undefined ? {} : { impairment }),
      },
    ],
    taps: [
      { name: "router-far", node: "router", interface: "far", side: "wan" },
      { name: "server", node: "server", interface: "eth0", side: "lan" },
    ],
  };
}

const flow = (family: 4 | 6, dscp = 0) => ({
  from: "client",
  to: "server",
  sourcePort: 4000 + family,
  destinationPort: 5000,
  family,
  dscp,
});

/** Brings a lab up, lets `act` play on it, and takes it down; gives what was captured. */
async function onLab(
  plan: Topology,
  act: (driver: NetnsDriver) => Promise<void>,
): Promise<{ frames: Record<string, Frame[]>; wires: Record<string, unknown> }> {
  const directory = await Deno.makeTempDir({ dir: "/run" });
  const lab = await bringUp(plan);
  const recorder = await Recorder.open(
    plan.taps.map((tap) => ({ ...tap, namespace: namespacePath(tap.node) })),
  );
  const wires = await Wires.start(lab.wires, 1);
  const outer = kernelCounts(plan);
  await recorder.begin(directory);
  const inner = kernelCounts(plan);
  const driver = new NetnsDriver({ topology: plan, devices: new Map(), wires, recorder });
  try {
    await act(driver);
    const innerEnd = kernelCounts(plan);
    const { counters } = await recorder.end();
    const outerEnd = kernelCounts(plan);
    const frames: Record<string, Frame[]> = {};
    for (const { name } of plan.taps) {
      frames[name] = await framesOf(`${directory}/${name}.pcapng`);
      const captured = frames[name].length;
      deepStrictEqual(counters[name], { captured, dropped: 0 });
      // The kernel may say something of its own just as the capture begins or ends.
      ok(captured >= innerEnd[name] - inner[name], `${name} lacks frames that the kernel counted`);
      ok(captured <= outerEnd[name] - outer[name], `${name} has frames that the kernel did not`);
    }
    return { frames, wires: wires.counters() };
  } finally {
    await driver.close();
    await recorder.close();
    await wires.close();
    await takeDown(lab);
  }
}

async function framesOf(path: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  await readCaptureFile(path, (frame) => {
    frames.push({ ...frame, bytes: frame.bytes.slice(frame.start, frame.end) });
  });
  return frames;
}

/** Frames received and sent at each tap, as the kernel counts them. */
function kernelCounts({ taps }: Topology): Record<string, number> {
  return Object.fromEntries(
    taps.map((tap) => [tap.name, kernelCount(tap.node, tap.interface)]),
  );
}

/** Frames received and sent by an interface, as the kernel counts them. */
function kernelCount(node: string, name: string): number {
  const table = inNamespace(
    namespacePath(node),
    () => Deno.readTextFileSync("/proc/thread-self/net/dev"),
  );
  const row = table.split("\n").find((line) => line.trim().startsWith(`${name}:`))!;
  const fields = row.split(":")[1].trim().split(/\s+/).map(Number);
  return fields[1] + fields[9];
}

/** Whether a frame is IPv4: a kernel says nothing of its own in it, as neighbours are known. */
const isIpv4 = (bytes: Uint8Array) => bytes[12] === 8 && bytes[13] === 0;

const nanoseconds = (frame: Frame) => frame.seconds * 1e9 + frame.nanoseconds;

await namespaceTests(import.meta.url, () => {
  insideTest("no program of ours looks for newer versions, as that is seen on the wire", () => {
    strictEqual(Deno.env.get("DENO_NO_UPDATE_CHECK"), "1");
  });

  insideTest(
    "hosts reach each other through a router, and taps hold what the kernel counted",
    async () => {
      const { frames } = await onLab(topology(), async (driver) => {
        for (const family of [4, 6] as const) {
          const flows = [flow(family, 46)];
          deepStrictEqual(await driver.udp({ flows, count: 50, size: 200 }), {
            sent: 50,
            received: 50,
            intact: true,
          });
          deepStrictEqual(
            await driver.tcp({ flow: flow(family), octets: 300_000, octetsBack: 70_000 }),
            { sent: 370_000, received: 370_000, intact: true },
          );
        }
        await driver.settle();
      });
      ok(frames.server.every((frame) => frame.originalLength <= 1514), "a frame above the MTU");
      const dscp = frames.server.filter(({ bytes }) => bytes[14] === 0x45 && bytes[15] === 46 << 2);
      strictEqual(dscp.length, 50);
    },
  );

  insideTest("an emulated link delays every frame, loses some, and counts both", async () => {
    const { frames, wires } = await onLab(topology({ delay: 5, loss: 0.3 }), async (driver) => {
      const { sent, received } = await driver.udp({ flows: [flow(4)], count: 400, size: 64 });
      strictEqual(sent, 400);
      ok(received > 200 && received < 360, `received ${received}`);
    });
    const { forwarded, lost, delayed } = (wires as Record<string, Record<string, number>>).far;
    strictEqual(forwarded + lost, 400);
    strictEqual(delayed, forwarded);
    strictEqual(frames["router-far"].filter(({ bytes }) => isIpv4(bytes)).length, 400);
    strictEqual(frames.server.filter(({ bytes }) => isIpv4(bytes)).length, forwarded);
    const key = ({ bytes }: Frame) => bytes.subarray(42).join();
    const left = new Map(frames["router-far"].map((frame) => [key(frame), nanoseconds(frame)]));
    for (const frame of frames.server) {
      if (!isIpv4(frame.bytes)) continue;
      ok(nanoseconds(frame) - left.get(key(frame))! >= 4_999_000, "a frame came too early");
    }
  });

  insideTest("a link of a small MTU carries large datagrams in fragments", async () => {
    const plan = topology();
    plan.links = plan.links.map((link) => link.name === "far" ? { ...link, mtu: 1300 } : link);
    const back = { ...flow(4), from: "server", to: "client" };
    const { frames } = await onLab(plan, async (driver) => {
      deepStrictEqual(await driver.udp({ flows: [back], count: 5, size: 1400 }), {
        sent: 5,
        received: 5,
        intact: true,
      });
    });
    const fragments = frames.server.filter(({ bytes }) => isIpv4(bytes));
    deepStrictEqual(fragments.map(({ originalLength }) => originalLength > 1314), [
      ...new Array(10).fill(false),
    ]);
  });

  insideTest("a link can be cut and mended while traffic goes on", async () => {
    const { wires } = await onLab(topology({}), async (driver) => {
      const flows = [flow(4)];
      await driver.link("far", { up: false });
      deepStrictEqual(await driver.udp({ flows, count: 5, size: 64 }), {
        sent: 5,
        received: 0,
        intact: false,
      });
      await driver.link("far", {});
      strictEqual((await driver.udp({ flows, count: 5, size: 64 })).received, 5);
    });
    deepStrictEqual(wires.far, { forwarded: 5, lost: 5, delayed: 0 });
  });

  insideTest("a plain wire asks for emulation when it is to change", async () => {
    await onLab(topology(), async (driver) => {
      await driver.advance(0);
      try {
        await driver.link("far", { up: false });
      } catch (error) {
        return ok(error instanceof NeedsEmulation && error.link === "far");
      }
      throw new Error("the plain wire changed");
    });
  });

  insideTest("datagrams that no kernel would send leave octet for octet", async () => {
    const odd = new Uint8Array(40);
    // Version 4, a checksum that is wrong, protocol 253 for experiments, from nobody to the server.
    odd.set([0x45, 0, 0, 40, 0, 1, 0, 0, 9, 253, 0xde, 0xad, 192, 0, 2, 1, 10, 1, 0, 1]);
    const plan = topology();
    plan.taps = [{ name: "near", node: "router", interface: "near", side: "lan" }];
    const { frames } = await onLab(plan, (driver) => driver.datagrams("client", [odd]));
    const arrived = frames.near.filter(({ bytes }) => bytes[14 + 9] === 253);
    deepStrictEqual(arrived.map(({ bytes }) => [...bytes.subarray(14)]), [[...odd]]);
  });
});

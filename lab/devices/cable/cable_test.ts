import { match, strictEqual } from "node:assert";
import { insideTest, namespaceTests } from "../../worlds/netns/_testing/namespace_tests.ts";
import {
  AT_INTERFACE,
  cable,
  certify,
  comesBack,
  sh,
  state,
  untilAway,
  withDevice,
} from "./_testing/foreign_device.ts";

await namespaceTests(import.meta.url, () => {
  insideTest(
    "a device on a cable is certified, and the interface comes back as it was",
    () =>
      withDevice(AT_INTERFACE, "10.9.0.1", async (folder) => {
        const before = await state("eth7");
        const { code, said } = await certify(folder, cable).done;
        match(said, /1 pass/);
        strictEqual(code, 0, said);
        await comesBack("eth7", before);
      }),
  );

  insideTest(
    "the interface comes back though every process of the lab is killed",
    () =>
      withDevice(AT_INTERFACE, "10.9.0.1", async (folder) => {
        const before = await state("eth7");
        for (const wait of [0, 700]) {
          const { child, done } = certify(folder, cable);
          await untilAway();
          await new Promise((resolve) => setTimeout(resolve, wait));
          child.kill("SIGKILL");
          await done;
          await comesBack("eth7", before);
        }
      }),
  );

  insideTest(
    "of two runs at a time the second is told that the interface is away",
    () =>
      withDevice(AT_INTERFACE, "10.9.0.1", async (folder) => {
        const before = await state("eth7");
        const first = certify(folder, cable);
        await untilAway();
        const second = await certify(folder, cable).done;
        strictEqual(second.code, 2, second.said);
        match(second.said, /no interface eth7; another lab may have it|another lab has eth7/);
        strictEqual((await first.done).code, 0);
        await comesBack("eth7", before);
      }),
  );

  insideTest("a port of a bridge leads to a device, and goes away after", () =>
    withDevice(
      `ip netns add foreign
       ip link add lan7 type bridge
       ip link add eth7 type veth peer name far netns foreign
       ip link set eth7 master lan7 up
       ip link set lan7 up
       ip -n foreign address add 10.9.0.1/24 dev far
       ip -n foreign link set far up`,
      "10.9.0.1",
      async (folder) => {
        const links = () => sh("ip -o link show | sed 's/ state .*//'");
        const before = await links();
        const bridged = { ...cable, cables: { wan0: "lan7", lan0: null } };
        const { code, said } = await certify(folder, bridged).done;
        strictEqual(code, 0, said);
        strictEqual(await links(), before);
        const port = await certify(folder, cable).done;
        strictEqual(port.code, 2);
        match(port.said, /eth7 is a port of lan7: name lan7 instead/);
      },
    ));

  insideTest("a device behind a router is certified at the address that it has", () =>
    withDevice(
      `ip netns add foreign
       ip netns add router
       ip link add eth7 type veth peer name near netns router
       ip link set eth7 up
       ip -n router link add far type veth peer name eth0 netns foreign
       ip -n router address add 192.0.2.1/24 dev near
       ip -n router address add 198.51.100.1/24 dev far
       for name in near far; do ip -n router link set $name up; done
       ip netns exec router sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
       ip -n foreign address add 198.51.100.7/24 dev eth0
       ip -n foreign link set eth0 up
       ip -n foreign route add default via 198.51.100.1`,
      "198.51.100.7",
      async (folder) => {
        const wan0 = {
          interface: "eth7",
          addresses: ["198.51.100.7"],
          own: ["192.0.2.10/24", "192.0.2.11/24"],
          gateway: "192.0.2.1",
        };
        const attach = { kind: "address", cables: { wan0, lan0: null } };
        const { code, said } = await certify(folder, attach).done;
        match(said, /1 pass/);
        strictEqual(code, 0, said);
        const few = {
          ...attach,
          cables: { wan0: { ...wan0, own: ["192.0.2.10/24"] }, lan0: null },
        };
        const refused = await certify(folder, few).done;
        strictEqual(refused.code, 2);
        match(refused.said, /own must hold 2 IPv4 addresses, .*: got 1/);
      },
    ));

  insideTest(
    "who may not move interfaces is told so before anything starts",
    () =>
      withDevice(AT_INTERFACE, "10.9.0.1", async (folder) => {
        const less = ["setpriv", "--bounding-set", "-net_admin,-sys_admin"];
        const { code, said } = await certify(folder, cable, { prefix: less }).done;
        strictEqual(code, 2, said);
        match(said, /takes CAP_NET_ADMIN and CAP_SYS_ADMIN: run it as root/);
        const other = { ...cable, cables: { wan: "eth7" } };
        match(
          (await certify(folder, other).done).said,
          /says nothing of wan0, lan0 of device in the lab/,
        );
      }),
  );

  insideTest(
    "who cannot be root of the machine is told so before anything starts",
    () =>
      withDevice(AT_INTERFACE, "10.9.0.1", async (folder) => {
        const privileged = { kind: "process", command: ["true"], as_root: ["true"] };
        const { code, said } = await certify(folder, privileged).done;
        strictEqual(code, 2, said);
        match(
          said,
          /Cannot play \S+ as it needs what root .*, and this is root of a user namespace/,
        );
        const less = ["setpriv", "--bounding-set", "-net_admin,-sys_admin"];
        const other = await certify(folder, privileged, { prefix: less }).done;
        strictEqual(other.code, 2, other.said);
        match(other.said, /with CAP_NET_ADMIN and CAP_SYS_ADMIN: run it as root/);
      }),
  );
});

import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { type Profile, profileSchema } from "../../../suites/kit/profile.ts";
import { composeFile, nodeServices, PEER_IMAGE } from "./compose_file.ts";
import { assign, claimable, type ProjectContainer } from "./containers.ts";
import { COMPOSE_FILE, suitesOfCompose } from "./write_compose.ts";

const container = (service: string, role = service, image = PEER_IMAGE): ProjectContainer => ({
  ...{ service, role, image, suites: [] },
  ...{ namespace: `/found/${service}`, control: `/control/${service}` },
});
const scenario = (nodes: Record<string, string>) => ({
  id: "l2tp/some",
  nodes: Object.fromEntries(
    Object.entries(nodes).map(([node, role]) => [node, { role, config: {} }]),
  ),
});
const acme: Profile = profileSchema.parse({
  name: "acme",
  roles: ["lns"],
  attach: { kind: "container" },
});
const services = (assigned: ReturnType<typeof assign>) =>
  typeof assigned === "string"
    ? assigned
    : Object.fromEntries(Object.entries(assigned).map(([node, { service }]) => [node, service]));

Deno.test("compose.yaml is what the roles and scenarios of the suites ask for", async () => {
  strictEqual(
    await Deno.readTextFile(COMPOSE_FILE),
    composeFile(await suitesOfCompose()),
    "run `deno run -A lab/worlds/compose/write_compose.ts`",
  );
});

Deno.test(".env starts the containers of every system that is shown to hold there", async () => {
  const text = await Deno.readTextFile(new URL("../../../.env", import.meta.url));
  const [, words = ""] = /^COMPOSE_PROFILES=(.*)$/m.exec(text) ?? [];
  const suites = await suitesOfCompose();
  deepStrictEqual(words.split(",").sort(), suites.map(({ name }) => name).sort());
});

Deno.test("every scenario of every such suite finds its containers", async () => {
  const suites = await suitesOfCompose();
  const all = nodeServices(suites).map(({ name, role }) => container(name, role));
  for (const suite of suites) {
    const own = nodeServices([suite]).map(({ name, role }) => container(name, role));
    for (const one of suite.scenarios) {
      for (const free of [all, own]) {
        const assigned = assign(one, {}, free);
        ok(typeof assigned !== "string", `${assigned}`);
        strictEqual(new Set(Object.values(assigned)).size, Object.keys(one.nodes).length);
      }
    }
  }
});

Deno.test("each role is played by its own container, and else by any reference peer", () => {
  const free = [container("lac"), container("lns"), container("tester")];
  deepStrictEqual(services(assign(scenario({ device: "lns", tester: "tester" }), {}, free)), {
    device: "lns",
    tester: "tester",
  });
  deepStrictEqual(services(assign(scenario({ a: "tester", b: "tester" }), {}, free)), {
    a: "tester",
    b: "lac",
  });
  match(
    `${assign(scenario({ a: "x", b: "x", c: "x", d: "x" }), {}, free)}`,
    /^Cannot play l2tp\/some as it takes 4 containers, and no reference peer is left for its x: /,
  );
});

Deno.test("a vendor's image plays its role alone, and nobody else does", () => {
  const nodes = scenario({ device: "lns", tester: "tester" });
  const vendors = container("lns", "lns", "acme/lns");
  const free = [vendors, container("tester")];
  deepStrictEqual(services(assign(nodes, { device: acme }, free)), {
    device: "lns",
    tester: "tester",
  });
  match(
    `${assign(nodes, {}, free)}`,
    /^Cannot play l2tp\/some as acme\/lns is the image of its lns, and no device of that/,
  );
  match(
    `${assign(nodes, { device: acme }, [container("lns"), container("tester")])}`,
    /^Cannot play l2tp\/some as no container has the device's image as its lns: LNS_IMAGE names it$/,
  );
});

Deno.test("a scenario takes no container that one before it needs, nor of a suite that loads the machine", () => {
  const of = (service: string, ...suites: string[]) => ({ ...container(service), suites });
  const all = [
    of("lns", "l2tp"),
    of("tester", "l2tp", "cluster"),
    of("nat", "cluster"),
    of("sender", "core"),
  ];
  const suites = {
    l2tp: { name: "l2tp", light: true },
    cluster: { name: "cluster", light: true },
    core: { name: "core" },
  };
  const { l2tp, cluster, core } = suites;
  const taken = (...args: Parameters<typeof claimable>) =>
    all.filter(claimable(...args)).map(({ service }) => service);
  const every = all.map(({ service }) => service);
  deepStrictEqual(taken(l2tp, { before: [], active: [l2tp, cluster] }), every);
  deepStrictEqual(taken(l2tp, { before: [cluster], active: [l2tp, cluster] }), ["lns", "sender"]);
  deepStrictEqual(taken(cluster, { before: [], active: [core, cluster] }), [
    "lns",
    "tester",
    "nat",
  ]);
  // Whoever is first has at least its own.
  for (const suite of [l2tp, cluster, core]) {
    const own = all.filter(({ suites }) => suites.includes(suite.name));
    const active = [l2tp, cluster, core];
    deepStrictEqual(own.filter(claimable(suite, { before: [], active })), own);
  }
});

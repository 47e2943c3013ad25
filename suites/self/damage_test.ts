import assert from "node:assert/strict";
import {
  assertSpoilt,
  busyTaps,
  damaged,
  SCENARIOS,
  withEvidence,
} from "./_testing/damage_runs.ts";
import {
  changeFrames,
  changeRecord,
  FRAME_CHANGES,
  framesOf,
  recordOf,
  type Spoilt,
  swapTaps,
  unbind,
} from "./_testing/damages.ts";

for (const word of Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[]) {
  Deno.test(`${word}: a changed capture gives no verdict to what rests on it`, async () => {
    await withEvidence(word, async (whole) => {
      let changed = 0;
      for (const tap of await busyTaps(whole)) {
        for (const [what, edit] of Object.entries(FRAME_CHANGES)) {
          let differs = false;
          const after = await damaged(whole, async (copy) => {
            differs = await changeFrames(copy, tap, edit);
          });
          if (!differs) continue;
          changed++;
          assertSpoilt(whole, after, { taps: [tap] }, `${what}, at ${tap}`);
        }
        for (const [what, other] of Object.entries(whole.others)) {
          let differs = false;
          const after = await damaged(whole, async (copy) => {
            const frames = await framesOf(`${other}/${tap}.pcapng`).catch(() => []);
            differs = await changeFrames(copy, tap, () => frames);
          });
          // Hosts send the same whatever the seed is.
          if (!differs) continue;
          assertSpoilt(whole, after, { taps: [tap] }, `a capture of ${what}, at ${tap}`);
        }
      }
      assert.ok(changed > 5, `${changed} changes`);
    });
  });

  Deno.test(`${word}: captures that are missing, cut or misplaced spoil what rests on them`, async () => {
    await withEvidence(word, async (whole) => {
      const [a, b] = await busyTaps(whole);
      const path = (copy: string, tap = a) => `${copy}/${tap}.pcapng`;
      const damages: Record<string, [Spoilt, (copy: string) => Promise<unknown>]> = {
        "dropped frames": [{ taps: [a] }, (copy) =>
          changeRecord(copy, ({ captureCounters }) => {
            captureCounters[a].dropped = 1;
          })],
        "lost counters": [{ taps: [a] }, (copy) =>
          changeRecord(copy, ({ captureCounters }) => {
            delete captureCounters[a];
          })],
        "cut in its last octet": [
          { taps: [a] },
          async (copy) =>
            Deno.writeFile(path(copy), (await Deno.readFile(path(copy))).slice(0, -1)),
        ],
        "empty": [{ taps: [a] }, (copy) => Deno.writeFile(path(copy), new Uint8Array(0))],
        "something else": [{ taps: [a] }, (copy) => Deno.writeTextFile(path(copy), "A".repeat(99))],
        "gone": [{ taps: [a] }, (copy) => Deno.remove(path(copy))],
        "struck from the list": [{ taps: [a] }, (copy) =>
          changeRecord(copy, (record) => {
            record.taps = record.taps.filter(({ name }) => name !== a);
          })],
        "struck, gone and forgotten": [{ taps: [a] }, async (copy) => {
          await Deno.remove(path(copy));
          await changeRecord(copy, (record) => {
            record.taps = record.taps.filter(({ name }) => name !== a);
            record.topology = {
              ...record.topology!,
              taps: record.topology!.taps.filter(({ name }) => name !== a),
            };
            delete record.captureCounters[a];
          });
        }],
        "renamed": [{ taps: [a] }, (copy) =>
          changeRecord(copy, ({ taps }) => {
            taps.find(({ name }) => name === a)!.name = "other";
          })],
        "on the other side": [{ taps: [a] }, (copy) =>
          changeRecord(copy, ({ taps }) => {
            const tap = taps.find(({ name }) => name === a)!;
            tap.side = tap.side === "wan" ? "lan" : "wan";
          })],
        ...(b !== undefined
          ? {
            "two exchanged": [{ taps: [a, b] }, (copy: string) => swapTaps(copy, a, b)],
            "two exchanged in the list": [{ taps: [a, b] }, (copy: string) =>
              changeRecord(copy, ({ taps }) => {
                const [one, two] = [a, b].map((tap) =>
                  taps.find(({ name }) => name === tap)!
                );
                [one.file, two.file] = [two.file, one.file];
              })],
          } as Record<string, [Spoilt, (copy: string) => Promise<unknown>]>
          : {}),
      };
      for (const [what, [spoilt, damage]] of Object.entries(damages)) {
        assertSpoilt(whole, await damaged(whole, damage), spoilt, what);
      }
    });
  });

  Deno.test(`${word}: a changed trace gives no verdict to what rests on it, and leaves the rest`, async () => {
    await withEvidence(word, async (whole) => {
      const changes: Record<string, (text: string) => string> = {
        "its last line cut": (text) => text.replace(/[^\n]*\n$/, ""),
        "its first line cut": (text) => text.replace(/^[^\n]*\n/, ""),
        "half a line more": (text) => text + '{"t":1,\n',
        "another time": (text) => text.replace(/"t":1/, '"t":2'),
        "nothing left": () => "",
      };
      for (const { node, file } of (await recordOf(whole.directory)).traces) {
        for (const [what, change] of Object.entries(changes)) {
          const text = await Deno.readTextFile(`${whole.directory}/${file}`);
          if (change(text) === text) continue;
          const after = await damaged(
            whole,
            (copy) => Deno.writeTextFile(`${copy}/${file}`, change(text)),
          );
          assertSpoilt(whole, after, { traces: [node] }, `trace of ${node}: ${what}`);
        }
      }
    });
  });

  Deno.test(`${word}: a record that was edited spoils everything`, async () => {
    await withEvidence(word, async (whole) => {
      const edits: Record<string, (record: Record<string, unknown>) => void> = {
        seed: (record) => record.seed = 7,
        world: (record) => record.world = "netns",
        stimuli: (record) => record.stimuli = [],
        "link counters": (record) => record.linkCounters = {},
      };
      for (const [what, edit] of Object.entries(edits)) {
        const after = await damaged(whole, async (copy) => {
          const record = JSON.parse(await Deno.readTextFile(`${copy}/scenario.json`));
          edit(record);
          await Deno.writeTextFile(`${copy}/scenario.json`, JSON.stringify(record));
        });
        assertSpoilt(whole, after, "everything", `${what} edited`);
      }
      // What the suite knows of the scenario is held against records that nothing seals, too.
      const labs: Record<string, (copy: string) => Promise<unknown>> = {
        topology: (copy) =>
          changeRecord(copy, (record) => {
            const [link] = record.topology!.links;
            const [first] = link.ends as unknown as { addresses: string[] }[];
            first.addresses = ["192.0.2.77/24"];
          }),
        role: (copy) =>
          changeRecord(copy, ({ nodes }) => {
            const [[name, setup]] = Object.entries(nodes);
            nodes[`${name}_too`] = setup;
          }),
      };
      for (const [what, damage] of Object.entries(labs)) {
        const after = await damaged(whole, async (copy) => {
          await unbind(copy);
          await damage(copy);
        });
        assertSpoilt(whole, after, "everything", `${what} edited`);
      }
    });
  });
}

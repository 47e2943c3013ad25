/** What the lab and a container pass one another in the folder that they share. */
import { shellSettings } from "../script/settings.ts";
import { type Container, CONTROL } from "./agent.ts";

/** Where a device's traces are for the container: its `traceDirectory`. */
export const TRACES = `${CONTROL}/trace`;

/** The folder with what the device is told, for the lab. */
export function workOf({ control }: Container): string {
  return `${control}/work`;
}

/**
 * Writes down what a device is told, where nothing of a scenario before is left.
 * @returns Path of its configuration file, for the container.
 */
export async function writeOrders(
  container: Container,
  config: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, unknown>>,
): Promise<string> {
  const work = workOf(container);
  for (const folder of [work, `${container.control}/trace`]) {
    for await (const { name } of Deno.readDir(folder)) {
      await Deno.remove(`${folder}/${name}`, { recursive: true });
    }
  }
  await Deno.writeTextFile(`${work}/config.json`, JSON.stringify(config, null, 1) + "\n");
  await Deno.writeTextFile(`${work}/settings.sh`, shellSettings(settings));
  return `${CONTROL}/work/config.json`;
}

/** Moves the traces that a container has left for a node into the evidence: regular files alone. */
export async function collectTraces(
  { control }: Container,
  node: string,
  directory: string,
): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(`${control}/trace`)) {
    if (!isFile || !name.startsWith(`${node}.`) || !name.endsWith(".jsonl")) continue;
    await Deno.copyFile(`${control}/trace/${name}`, `${directory}/${name}`);
  }
}

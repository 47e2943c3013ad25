/**
 * What a device declares of itself besides its classes: policies, thresholds and timers. A suite says
 * which it knows; a value that a specification forbids, and a word that means nothing, are refused.
 */
import { gotOther, gotUnknown } from "./nearest.ts";

/** One parameter that a profile may declare, and the values that its specification allows. */
export type ParameterDefinition =
  & {
    /** What it is, and what holds when a profile is silent about it. */
    description: string;
    /** The sentence that leaves the choice open, or bounds it: `source 000 [0072]`. */
    source: string;
  }
  & (
    | { kind: "number"; minimum: number; maximum: number; unit: string }
    | { kind: "word"; words: readonly string[] }
    | { kind: "flag" }
    /** `form` says in words what `pattern`, a regular expression over the whole text, admits. */
    | { kind: "text"; pattern: string; form: string }
  );

/** The parameters of a suite, by the names that a profile uses. */
export type ParameterDefinitions = Readonly<Record<string, ParameterDefinition>>;

/** A value as a profile holds it. */
export type ParameterValue = string | number | boolean;

/**
 * What is wrong with the parameters of a profile; undefined when nothing is.
 * @param known Parameters of each suite: one that several know must suit them all.
 */
export function parameterProblem(
  parameters: Readonly<Record<string, ParameterValue>>,
  known: readonly ParameterDefinitions[],
): string | undefined {
  for (const [name, value] of Object.entries(parameters)) {
    const definitions = known.filter((of) => Object.hasOwn(of, name)).map((of) => of[name]);
    if (definitions.length === 0) {
      return `a parameter is unknown: ${gotUnknown(name, known.flatMap((of) => Object.keys(of)))}`;
    }
    const problem = definitions.map((definition) => valueProblem(definition, value))
      .find((text) => text !== undefined);
    if (problem !== undefined) return `parameter ${name} must be ${problem}`;
  }
  return undefined;
}

/** What a value should be instead, in words; undefined when it is allowed. */
export function valueProblem(
  definition: ParameterDefinition,
  value: ParameterValue,
): string | undefined {
  const got = `got ${JSON.stringify(value)}`;
  switch (definition.kind) {
    case "number": {
      const { minimum, maximum, unit } = definition;
      const isWithin = typeof value === "number" && value >= minimum && value <= maximum;
      return isWithin ? undefined : `a number of ${unit} from ${minimum} to ${maximum}: ${got}`;
    }
    case "word": {
      if (definition.words.includes(String(value))) return undefined;
      return `one of ${definition.words.join(", ")}: ${gotOther(String(value), definition.words)}`;
    }
    case "flag":
      return typeof value === "boolean" ? undefined : `true or false: ${got}`;
    case "text": {
      const isFormed = typeof value === "string" &&
        new RegExp(`^(?:${definition.pattern})$`).test(value);
      return isFormed ? undefined : `${definition.form}: ${got}`;
    }
  }
}

/**
 * What a profile declares of a parameter; undefined where it declares nothing, or what is not allowed:
 * evidence is untrusted, and a threshold beyond its bounds excuses nothing.
 */
export function declaredValue(
  { parameters }: { parameters: Readonly<Record<string, ParameterValue>> },
  definitions: ParameterDefinitions,
  name: string,
): ParameterValue | undefined {
  if (!Object.hasOwn(parameters, name) || !Object.hasOwn(definitions, name)) return undefined;
  const value = parameters[name];
  return valueProblem(definitions[name], value) === undefined ? value : undefined;
}

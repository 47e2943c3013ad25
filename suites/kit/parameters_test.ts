import assert from "node:assert/strict";
import { type ParameterDefinitions, parameterProblem } from "./parameters.ts";

const common = { description: "What it is.", source: "source 000 [0072]" };

const KNOWN: ParameterDefinitions = {
  senderIdle: { ...common, kind: "number", minimum: 1, maximum: 3_600_000, unit: "milliseconds" },
  selection: { ...common, kind: "word", words: ["sequential", "random", "hash"] },
  announces: { ...common, kind: "flag" },
  key: { ...common, kind: "text", pattern: "[0-9a-f]{4}", form: "4 hexadecimal digits" },
};

Deno.test("values that a specification allows are not complained about", () => {
  const parameters = { senderIdle: 1, selection: "hash", announces: false, key: "00ff" };
  assert.equal(parameterProblem(parameters, [{}, KNOWN]), undefined);
  assert.equal(parameterProblem({}, []), undefined);
});

Deno.test("an unknown parameter is refused with the nearest known one", () => {
  assert.equal(
    parameterProblem({ selecton: "hash" }, [KNOWN]),
    "a parameter is unknown: got selecton; the nearest that is known is selection",
  );
  assert.equal(parameterProblem({ colour: 1 }, []), "a parameter is unknown: got colour");
  assert.match(parameterProblem({ toString: 1 }, [KNOWN]) ?? "", /unknown: got toString/);
});

Deno.test("a value beyond what is allowed, or of another type, is refused", () => {
  const problems = [
    [{ senderIdle: 0 }, "senderIdle must be a number of milliseconds from 1 to 3600000: got 0"],
    [
      { senderIdle: NaN },
      "senderIdle must be a number of milliseconds from 1 to 3600000: got null",
    ],
    [{ senderIdle: "9" }, 'senderIdle must be a number of milliseconds from 1 to 3600000: got "9"'],
    [
      { selection: "hsah" },
      "selection must be one of sequential, random, hash: got hsah; the nearest that is known is hash",
    ],
    [
      { selection: true },
      "selection must be one of sequential, random, hash: got true",
    ],
    [{ announces: "no" }, 'announces must be true or false: got "no"'],
    [{ key: "00ff00" }, 'key must be 4 hexadecimal digits: got "00ff00"'],
    [{ key: 1234 }, "key must be 4 hexadecimal digits: got 1234"],
  ] as const;
  for (const [parameters, text] of problems) {
    assert.equal(parameterProblem(parameters, [KNOWN]), `parameter ${text}`);
  }
});

Deno.test("a parameter that two suites know must suit both", () => {
  const narrower: ParameterDefinitions = {
    selection: { ...common, kind: "word", words: ["hash", "tariff"] },
  };
  assert.equal(parameterProblem({ selection: "hash" }, [KNOWN, narrower]), undefined);
  assert.equal(
    parameterProblem({ selection: "random" }, [KNOWN, narrower]),
    "parameter selection must be one of hash, tariff: got random",
  );
});

/**
 * The rules of the house as a plugin of the linter. What a rule says is in its own file; here stands
 * where each rule holds.
 */
import { documentedVisitor } from "./documented.ts";
import { factsProblem, helperProblem, type Import, layerProblem } from "./layers.ts";
import { peerVisitor, socketVisitor } from "./purity.ts";
import { onReferences } from "./references.ts";
import { isOfTests, repositoryPath, targetOf } from "./source_path.ts";
import { wordsVisitor } from "./words.ts";

/** A rule on imports: what is wrong with one. */
type ImportRule = (found: Import) => string | undefined;

/** Looks at all modules that a file names. */
function onImports(rule: ImportRule): Deno.lint.Rule {
  return {
    create(context) {
      const from = repositoryPath(context.filename);
      if (from === undefined) return {};
      return onReferences(context, ({ specifier, typeOnly, node }) => {
        const to = targetOf(from, specifier);
        if (to === undefined) return;
        const message = rule({ from, to, typeOnly });
        if (message !== undefined) context.report({ node, message });
      });
    },
  };
}

/** Looks at files of ours for which `visitor` gives something to do. */
function onFiles(
  visitor: (
    context: Deno.lint.RuleContext,
    path: string,
    layer: string,
  ) => Deno.lint.LintVisitor | undefined,
): Deno.lint.Rule {
  return {
    create(context) {
      const path = repositoryPath(context.filename);
      return path === undefined ? {} : visitor(context, path, path.split("/")[0]) ?? {};
    },
  };
}

/** The plugin that `deno lint` runs. */
const plugin: Deno.lint.Plugin = {
  name: "plumbline",
  rules: {
    "layers": onImports(layerProblem),
    "facts": onImports(factsProblem),
    "test_helpers": onImports(helperProblem),
    "pure_peers": onFiles((context, path, layer) =>
      layer === "peers" && !isOfTests(path) ? peerVisitor(context) : undefined
    ),
    "sockets": onFiles((context, path, layer) =>
      ["captures", "suites"].includes(layer) && !isOfTests(path)
        ? socketVisitor(context, layer)
        : undefined
    ),
    "documented": onFiles((context) => documentedVisitor(context)),
    "words": onFiles((context, path, layer) =>
      wordsVisitor(context, { mayPrint: layer === "lab" || isOfTests(path) })
    ),
  },
};

export default plugin;

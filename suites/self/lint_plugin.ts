/**
 * The layer rule as a linter plugin: captures ← peers ← suites ← lab, and nothing the other way.
 * `suites/self` is the suite whose device is this repository, so it may look at all of it.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  captures: ["captures"],
  peers: ["captures", "peers"],
  suites: ["captures", "peers", "suites"],
  lab: ["captures", "peers", "suites", "lab"],
};

const FOLDERS = Object.keys(MAY_IMPORT);

/** The folder of ours that a path lies in: the last path segment that names one at the root. */
function folderOf(file: string): string | undefined {
  const root = new URL("../../", import.meta.url).pathname;
  const relative = file.startsWith(root) ? file.slice(root.length) : file;
  const first = relative.split("/")[0];
  return FOLDERS.includes(first) ? first : undefined;
}

/** The folder that an import leads to, seen from the importing file. */
function targetOf(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return folderOf(new URL(specifier, new URL(`file://${file}`)).pathname);
}

/** Globals that a pure folder must not touch, with what to use instead. */
const IMPURE: Record<string, string> = {
  "Date.now": "take the time as a parameter",
  "performance.now": "take the time as a parameter",
  "Math.random": "take randomness from the environment",
};

const plugin: Deno.lint.Plugin = {
  name: "plumbline",
  rules: {
    "layers": {
      create(context) {
        const from = folderOf(context.filename);
        const free = from === undefined || context.filename.includes("/suites/self/");
        const look = (source: { value: unknown } | null, node: Deno.lint.Node) => {
          if (free || source === null || typeof source.value !== "string") return;
          const to = targetOf(context.filename, source.value);
          if (to === undefined || MAY_IMPORT[from].includes(to)) return;
          context.report({ node, message: `${from}/ must not import ${to}/` });
        };
        return {
          ImportDeclaration: (node) => look(node.source, node),
          ExportNamedDeclaration: (node) => look(node.source ?? null, node),
          ExportAllDeclaration: (node) => look(node.source, node),
        };
      },
    },
    "pure_peers": {
      create(context) {
        if (folderOf(context.filename) !== "peers" || context.filename.endsWith("_test.ts")) {
          return {};
        }
        return {
          MemberExpression(node) {
            const name = context.sourceCode.getText(node);
            if (name in IMPURE) {
              context.report({ node, message: `A peer must not use ${name}: ${IMPURE[name]}` });
            }
            if (name.startsWith("Deno.")) {
              context.report({ node, message: `A peer must not use ${name}: worlds do that` });
            }
          },
        };
      },
    },
  },
};

export default plugin;

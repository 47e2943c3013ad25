/** What a pure folder must not name, with what to use instead. */
const IMPURE: Readonly<Record<string, string>> = {
  "Date.now": "take the time as a parameter",
  "performance.now": "take the time as a parameter",
  "Math.random": "take randomness from the environment",
};

/** Functions and classes that start something, read the clock, or reach outside. */
const IMPURE_CALLS: Readonly<Record<string, string>> = {
  setTimeout: "name a deadline",
  setInterval: "name a deadline",
  setImmediate: "name a deadline",
  queueMicrotask: "name a deadline",
  fetch: "worlds do that",
  Worker: "worlds do that",
  WebSocket: "worlds do that",
  Date: "take the time as a parameter",
};

/** Built-in modules whose functions depend on nothing but their arguments. */
const PURE_MODULES: readonly string[] = ["node:buffer", "node:crypto", "node:util"];

/** Functions of crypto, the global and the module, that give something new each time. */
const RANDOM = /^(random|generate|getRandomValues)/;

/** Ways to a socket, which captures and suites have no business with either. */
const SOCKETS: readonly string[] = ["Deno.connect", "Deno.connectTls", "Deno.listen"]
  .concat(["Deno.listenTls", "Deno.listenDatagram", "Deno.serve"]);
const SOCKET_MODULES: readonly string[] = ["node:net", "node:dgram", "node:tls", "node:http"];

/** A peer has no clock, no randomness, no files, no sockets: all of it comes from its world. */
export function peerVisitor(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const report = (node: Deno.lint.Node, name: string, instead: string) =>
    context.report({ node, message: `A peer must not use ${name}: ${instead}` });
  const call = (node: Deno.lint.CallExpression | Deno.lint.NewExpression) => {
    const name = context.sourceCode.getText(node.callee);
    if (Object.hasOwn(IMPURE_CALLS, name)) report(node, name, IMPURE_CALLS[name]);
  };
  return {
    MemberExpression(node) {
      const name = context.sourceCode.getText(node).replace(/^globalThis\./, "");
      if (Object.hasOwn(IMPURE, name)) report(node, name, IMPURE[name]);
      const [object, member] = name.split(".");
      if (object === "crypto" && RANDOM.test(member)) {
        report(node, name, "take randomness from the environment");
      }
      if (/^(Deno|console)\.[a-zA-Z]+$/.test(name)) report(node, name, "worlds do that");
    },
    CallExpression: call,
    NewExpression: call,
    ImportDeclaration(node) {
      const module = node.source.value;
      if (!module.startsWith("node:")) return;
      if (!PURE_MODULES.includes(module)) return report(node, module, "worlds do that");
      for (const specifier of node.specifiers) {
        if (specifier.type !== "ImportSpecifier") continue;
        const name = context.sourceCode.getText(specifier.imported);
        if (RANDOM.test(name)) report(node, name, "take randomness from the environment");
      }
    },
  };
}

/** Captures and suites judge what was recorded: they open no socket. */
export function socketVisitor(
  context: Deno.lint.RuleContext,
  layer: string,
): Deno.lint.LintVisitor {
  const report = (node: Deno.lint.Node, name: string) =>
    context.report({ node, message: `${layer}/ must not use ${name}: only lab/ opens sockets` });
  return {
    MemberExpression(node) {
      const name = context.sourceCode.getText(node);
      if (SOCKETS.includes(name)) report(node, name);
    },
    CallExpression(node) {
      if (context.sourceCode.getText(node.callee) === "fetch") report(node, "fetch");
    },
    ImportDeclaration(node) {
      if (SOCKET_MODULES.includes(node.source.value)) report(node, node.source.value);
    },
  };
}

/** A module that a source names: how, and where. */
export interface Reference {
  specifier: string;
  typeOnly: boolean;
  node: Deno.lint.Node;
}

/**
 * Tells `look` of every module that a source names: imports and exports, of types too, dynamic ones,
 * `new URL("…", import.meta.url)` for workers and processes, and types such as `import("…").Name`.
 */
export function onReferences(
  context: Deno.lint.RuleContext,
  look: (reference: Reference) => void,
): Deno.lint.LintVisitor {
  const tell = (source: Deno.lint.Node | null, node: Deno.lint.Node, typeOnly: boolean) => {
    const specifier = textOf(source);
    if (specifier !== undefined) look({ specifier, typeOnly, node });
  };
  return {
    ImportDeclaration: (node) => tell(node.source, node, node.importKind === "type"),
    ExportNamedDeclaration: (node) => tell(node.source, node, node.exportKind === "type"),
    ExportAllDeclaration: (node) => tell(node.source, node, node.exportKind === "type"),
    ImportExpression: (node) => tell(node.source, node, false),
    TSImportType: (node) => tell(node.argument, node, true),
    NewExpression(node) {
      const [path, base] = node.arguments;
      if (context.sourceCode.getText(node.callee) !== "URL" || base === undefined) return;
      if (context.sourceCode.getText(base) === "import.meta.url") tell(path, node, false);
    },
  };
}

/** The text of a literal, plain or as a template without values. */
function textOf(source: Deno.lint.Node | null | undefined): string | undefined {
  if (source?.type === "TSLiteralType") return textOf(source.literal);
  if (source?.type === "Literal" && typeof source.value === "string") return source.value;
  const isPlain = source?.type === "TemplateLiteral" && source.quasis.length === 1;
  return isPlain ? source.quasis[0].cooked : undefined;
}

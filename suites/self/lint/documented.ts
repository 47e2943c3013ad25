type Node = Deno.lint.Node;

/** Every export says what it is for: a JSDoc comment stands directly before it. */
export function documentedVisitor(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const documented = new Set<string>();
  const exported = new Map<string, Node>();
  const hasDoc = (node: Node) => {
    // A directive to the linter may stand between the two.
    const comments = context.sourceCode.getCommentsBefore(node);
    const last = comments.filter(({ value }) => !value.trim().startsWith("deno-lint-ignore")).at(
      -1,
    );
    if (last === undefined || last.type !== "Block" || !last.value.startsWith("*")) return false;
    return !/\n\s*\n/.test(context.sourceCode.text.slice(last.range[1], node.range[0]));
  };
  const report = (node: Node, name: string) =>
    context.report({ node, message: `${name} is exported and has no JSDoc` });
  return {
    ExportNamedDeclaration(node) {
      if (node.declaration) {
        const names = namesOf(node.declaration);
        if (hasDoc(node)) names.forEach((name) => documented.add(name));
        // Overloads share the comment of the first.
        else if (!names.every((name) => documented.has(name))) report(node, names.join(", "));
      } else if (node.source === null && !hasDoc(node)) {
        for (const { local } of node.specifiers) {
          if ("name" in local) exported.set(local.name, node);
        }
      }
    },
    ExportDefaultDeclaration(node) {
      const { declaration } = node;
      if (declaration.type === "Identifier") exported.set(declaration.name, node);
      else if (!hasDoc(node)) report(node, "The default");
    },
    "Program:exit"(node: Deno.lint.Program) {
      for (const statement of node.body) {
        if (hasDoc(statement)) namesOf(statement).forEach((name) => documented.add(name));
        if (statement.type === "ImportDeclaration") {
          for (const { local } of statement.specifiers) documented.add(local.name);
        }
      }
      for (const [name, at] of exported) if (!documented.has(name)) report(at, name);
    },
  };
}

/** The names that a statement declares. */
function namesOf(statement: Node): string[] {
  if (statement.type === "VariableDeclaration") {
    return statement.declarations.map(({ id }) => "name" in id ? id.name : "a pattern");
  }
  return "id" in statement && statement.id && "name" in statement.id ? [statement.id.name] : [];
}

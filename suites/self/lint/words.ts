/** Plain facts of the house: nothing is left undone, switched off or printed in passing. */
export function wordsVisitor(
  context: Deno.lint.RuleContext,
  options: { mayPrint: boolean },
): Deno.lint.LintVisitor {
  const report = (node: Deno.lint.Node, message: string) => context.report({ node, message });
  return {
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        const word = /\b(TODO|FIXME|XXX|HACK)\b/.exec(comment.value);
        if (word === null) continue;
        context.report({ range: comment.range, message: `${word[0]}: do it, or say why it is so` });
      }
    },
    MemberExpression(node) {
      const name = context.sourceCode.getText(node);
      if (!options.mayPrint && /^console\.[a-z]+$/.test(name)) {
        report(node, `${name}: only lab/ and tests print; hand back what there is to say`);
      }
      if (/^(Deno\.test|Deno\.bench|t|describe|it)\.(only|ignore|skip)$/.test(name)) {
        report(node, `${name}: a test runs, or names what the machine lacks in "ignore"`);
      }
    },
    Property(node) {
      const key = context.sourceCode.getText(node.key);
      const value = context.sourceCode.getText(node.value);
      const isTest = /^Deno\.test\(/.test(
        node.parent.parent === null ? "" : context.sourceCode.getText(node.parent.parent),
      );
      if (isTest && (key === "only" || key === "ignore") && value === "true") {
        report(node, `${key}: true: a test runs, or names what the machine lacks`);
      }
    },
  };
}

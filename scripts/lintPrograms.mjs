// A lint rule: tests and scripts start Node itself (`process.execPath`) and programs of test/programs/table.ts,
// and nothing else. Without it a test may call a program that only its author's machine has.

const starters = new Set(['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']);
const message =
  'Start process.execPath, or a program of test/programs/table.ts by program(name) of test/programs/find.ts.';

const isNode = (node) =>
  node.type === 'MemberExpression' &&
  node.object.type === 'Identifier' &&
  node.object.name === 'process' &&
  node.property.type === 'Identifier' &&
  node.property.name === 'execPath';

/** Whether the expression's type is `ProgramPath`, which only test/programs/find.ts hands out. */
function isProgramPath(node, services) {
  if (!services?.getTypeAtLocation) return false;
  const properties = services.getTypeAtLocation(node).getProperties();
  return properties.some(({ escapedName }) => String(escapedName).startsWith('__@found@'));
}

/** A starter may be called and nothing else: under another name it would not be recognised. */
function check(context, identifier) {
  const { parent } = identifier;
  if (parent.type.startsWith('TS')) return;
  const [command] = parent.type === 'CallExpression' && parent.callee === identifier ? parent.arguments : [];
  if (command && (isNode(command) || isProgramPath(command, context.sourceCode.parserServices))) return;
  context.report({ node: command ?? identifier, message });
}

export const programsOfTheTable = {
  meta: { type: 'problem', schema: [] },
  create: (context) => ({
    ImportDeclaration(node) {
      if (!/^(node:)?child_process$/.test(node.source.value) || node.importKind === 'type') return;
      for (const specifier of node.specifiers) {
        if (specifier.importKind === 'type') continue;
        // Importing the whole module under one name would hide which function is called.
        if (specifier.type !== 'ImportSpecifier') context.report({ node: specifier, message });
        else if (starters.has(specifier.imported.name))
          for (const { references } of context.sourceCode.getDeclaredVariables(specifier))
            for (const { identifier } of references) check(context, identifier);
      }
    },
  }),
};

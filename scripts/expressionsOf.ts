/**
 * Finds the regular expressions of TypeScript files: literals, and those that `new RegExp(…)` builds, as far as their
 * parts are constants of this program. A part that is known at run time alone counts as the digit 3.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

export interface Place {
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** In place of what is known at run time alone; a digit, because it may be a number of repetitions. */
const unknownPart = '3';

/** Each expression as a literal (`/source/flags`), with the first place where it is written. */
export function expressionsOf(paths: readonly string[]): ReadonlyMap<string, Place> {
  const files = paths.map((path) =>
    ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true),
  );
  const constants = new Constants(files);
  const found = new Map<string, Place>();
  for (const file of files) {
    const add = (literal: string, node: ts.Node): void => {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      if (!found.has(literal)) found.set(literal, { path: file.fileName, line: line + 1 });
    };
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) add(node.text, node);
      else if (isBuilt(node)) {
        const [source, flags] = node.arguments ?? [];
        const written = source === undefined ? undefined : constants.text(source);
        // Of a part that is unknown as a whole there is nothing to judge; an expression that is copied is a literal.
        if (written !== undefined && written !== unknownPart)
          add(`/${written}/${flags === undefined ? '' : (constants.text(flags) ?? '')}`, node);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return found;
}

function isBuilt(node: ts.Node): node is ts.NewExpression | ts.CallExpression {
  return (
    (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'RegExp'
  );
}

/** The constants of all files: a name means that of its own file first, then that of the file that exports it. */
class Constants {
  private readonly ofFile = new Map<ts.SourceFile, Map<string, ts.Expression>>();
  private readonly exported = new Map<string, ts.Expression>();
  private readonly open = new Set<ts.Expression>();

  constructor(files: readonly ts.SourceFile[]) {
    for (const file of files) {
      const own = new Map<string, ts.Expression>();
      this.ofFile.set(file, own);
      for (const statement of file.statements) {
        if (!ts.isVariableStatement(statement)) continue;
        const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
        for (const { name, initializer } of statement.declarationList.declarations) {
          if (!ts.isIdentifier(name) || initializer === undefined) continue;
          own.set(name.text, initializer);
          if (isExported === true) this.exported.set(name.text, initializer);
        }
      }
    }
  }

  /**
   * The text that the expression stands for; undefined for a regular expression itself, which is a literal elsewhere.
   */
  text(node: ts.Expression): string | undefined {
    const value = this.value(node);
    return value?.startsWith('/') === true && this.isExpression(node) ? undefined : (value ?? unknownPart);
  }

  private isExpression(node: ts.Expression): boolean {
    const meant = this.meant(node);
    return ts.isRegularExpressionLiteral(meant) || isBuilt(meant);
  }

  private meant(node: ts.Expression): ts.Expression {
    if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node) || ts.isSatisfiesExpression(node))
      return this.meant(node.expression);
    if (!ts.isIdentifier(node)) return node;
    const named = this.ofFile.get(node.getSourceFile())?.get(node.text) ?? this.exported.get(node.text);
    if (named === undefined || this.open.has(named)) return node;
    this.open.add(named);
    try {
      return this.meant(named);
    } finally {
      this.open.delete(named);
    }
  }

  /** Undefined where it is known at run time alone. */
  private value(written: ts.Expression): string | undefined {
    const node = this.meant(written);
    if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return node.text;
    if (ts.isRegularExpressionLiteral(node)) return node.text;
    if (ts.isTemplateExpression(node)) return this.template(node, false);
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'String.raw')
      return ts.isTemplateExpression(node.template) ? this.template(node.template, true) : raw(node.template);
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
      return (this.value(node.left) ?? unknownPart) + (this.value(node.right) ?? unknownPart);
    if (ts.isPropertyAccessExpression(node) && node.name.text === 'source')
      return this.source(node.expression);
    return ts.isCallExpression(node) ? this.joined(node) : undefined;
  }

  /** `expression.source` */
  private source(written: ts.Expression): string | undefined {
    const node = this.meant(written);
    if (ts.isRegularExpressionLiteral(node)) return node.text.slice(1, node.text.lastIndexOf('/'));
    const first = isBuilt(node) ? node.arguments?.[0] : undefined;
    return first === undefined ? undefined : this.value(first);
  }

  /** `[…].join('|')` */
  private joined({ expression, arguments: [between] }: ts.CallExpression): string | undefined {
    if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'join') return undefined;
    const list = this.meant(expression.expression);
    if (!ts.isArrayLiteralExpression(list)) return undefined;
    const glue = between === undefined ? ',' : (this.value(between) ?? '');
    return list.elements.map((one) => this.value(one) ?? unknownPart).join(glue);
  }

  private template(node: ts.TemplateExpression, isRaw: boolean): string {
    const part = (piece: ts.TemplateLiteralLikeNode): string => (isRaw ? raw(piece) : piece.text);
    return node.templateSpans.reduce(
      (text, { expression, literal }) => text + (this.value(expression) ?? unknownPart) + part(literal),
      part(node.head),
    );
  }
}

/** As it is written, between the marks of the template. */
function raw(piece: ts.TemplateLiteralLikeNode): string {
  return piece.rawText ?? piece.getText().replace(/^[`}]|(?:`|\$\{)$/g, '');
}

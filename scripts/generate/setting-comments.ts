import { readFileSync } from 'node:fs';
import ts from 'typescript';

/**
 * The comments of an interface's fields by dotted path (`weights.funding`), on one line each. A field
 * of an inline object type has its own path; a comment on the object itself stands under its path.
 */
export function settingComments(file: string, interfaceName: string): Map<string, string> {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const declaration = source.statements
    .filter(ts.isInterfaceDeclaration)
    .find((statement) => statement.name.text === interfaceName);
  if (declaration === undefined) throw new Error(`${file} has no interface ${interfaceName}`);
  const comments = new Map<string, string>();
  collect(declaration.members, '', comments);
  return comments;
}

function collect(
  members: ts.NodeArray<ts.TypeElement>,
  prefix: string,
  comments: Map<string, string>,
): void {
  for (const member of members) {
    if (!ts.isPropertySignature(member)) continue;
    const path = prefix + member.name.getText().replaceAll(/['"]/g, '');
    const text = ts
      .getJSDocCommentsAndTags(member)
      .flatMap((part) => (typeof part.comment === 'string' ? [part.comment] : []))
      .join(' ')
      .replaceAll(/\s+/g, ' ');
    if (text !== '') comments.set(path, text);
    if (member.type !== undefined && ts.isTypeLiteralNode(member.type)) {
      collect(member.type.members, `${path}.`, comments);
    }
  }
}

/** How the reference lists the exports: callable constants as functions, and each export of the package under the section of src/index.ts that it stands in. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { Comment, CommentTag, Context, Converter, ReflectionKind } from 'typedoc'

/**
 * Makes TypeDoc convert every variable of a callable type (`mse: Metric<...>`) as it converts a variable with the tag `@function`: with signatures and parameters.
 * TypeDoc has no event before it chooses, so its reading of comments adds the tag.
 */
export const showCallablesAsFunctions = () => {
  const { getComment } = Context.prototype
  Context.prototype.getComment = function (symbol, kind) {
    const comment = getComment.call(this, symbol, kind)
    if (kind !== ReflectionKind.Variable || this.checker.getTypeOfSymbol(symbol).getCallSignatures().length === 0) return comment
    const tagged = comment?.clone() ?? new Comment()
    tagged.modifierTags.add('@function')
    return tagged
  }
}

/** Gives every export of a module the category that its file names in the comment above it: `// metrics`. */
export const categorizeBySection = (app, file, moduleName) => {
  const sections = sectionsOf(file)
  app.options.setValue('categoryOrder', [...new Set(sections.values())])
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const module = project.children?.find(({ name }) => name === moduleName)
    for (const reflection of module?.children ?? []) {
      const section = sections.get(reflection.name)
      if (section === undefined) throw new Error(`${reflection.name} stands under no comment in ${file}.`)
      reflection.comment ??= new Comment()
      reflection.comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: section }]))
    }
  })
}

/** The exported names of a file, each with its section: the comment line above its block of exports. `export *` uses the sections of that file, or else its own. */
const sectionsOf = (file, inherited) => {
  const text = readFileSync(file, 'utf8')
  const sections = new Map()
  let section = inherited
  for (const statement of ts.createSourceFile(file, text, ts.ScriptTarget.ES2022).statements) {
    section = headingAbove(text, statement) ?? section
    const isStar = ts.isExportDeclaration(statement) && statement.exportClause === undefined
    const found = isStar ? sectionsOf(importedFile(file, statement), section) : namesIn(statement).map((name) => [name, section])
    for (const [name, of] of found) sections.set(name, of)
  }
  return sections
}

const importedFile = (file, { moduleSpecifier }) => join(dirname(file), moduleSpecifier.text.replace(/\.js$/, '.ts'))

/** The names that one statement exports. */
const namesIn = (statement) => {
  if (ts.isExportDeclaration(statement)) return statement.exportClause.elements.map(({ name }) => name.text)
  if (!statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return []
  return ts.isVariableStatement(statement) ? statement.declarationList.declarations.map(({ name }) => name.text) : [statement.name.text]
}

/** `// metrics: ...` above a statement as 'Metrics'; undefined without such a comment. */
const headingAbove = (text, statement) => {
  const comments = (ts.getLeadingCommentRanges(text, statement.pos) ?? []).map(({ pos, end }) => text.slice(pos, end))
  const [, first, rest] = /^\/\/ (.)([^:]*)/.exec(comments.at(-1) ?? '') ?? []
  return first === undefined ? undefined : first.toUpperCase() + rest
}

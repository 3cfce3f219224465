/** Completion scripts, written from the table of commands. */
import { type Commands, PROGRAM } from '../command.js'

interface Option {
  readonly name: string
  readonly takesValue: boolean
  readonly description: string
}

interface Completed {
  readonly name: string
  readonly description: string
  readonly options: readonly Option[]
}

/** The commands with their options. */
export const tableOf = async (commands: Commands): Promise<readonly Completed[]> =>
  Promise.all(
    Object.entries(commands).map(async ([name, { description, load }]) => {
      const { args } = await load()
      const options = Object.entries(args).filter(([, { type }]) => type !== 'positional')
      const listed = options.map(([option, definition]) => ({
        name: option,
        takesValue: definition.type !== 'boolean',
        description: definition.description,
      }))
      return { name, description, options: [...listed, { name: 'help', takesValue: false, description: 'show arguments and examples' }] }
    }),
  )

const bash = (commands: readonly Completed[]): string => `_perceptual_loss() {
  local word=\${COMP_WORDS[COMP_CWORD]} options=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${commands.map(({ name, options }) => `    ${name}) options='${options.map((option) => `--${option.name}`).join(' ')}' ;;`).join('\n')}
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -F _perceptual_loss ${PROGRAM}`

const zsh = (commands: readonly Completed[]): string => `_perceptual_loss() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${description.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${commands.map(({ name, options }) => `    ${name}) _arguments ${options.map(zshOption).join(' ')} '*:file:_files' ;;`).join('\n')}
  esac
}
compdef _perceptual_loss ${PROGRAM}`

const zshOption = ({ name, takesValue, description }: Option): string => {
  const words = description.replaceAll(/[[\]:\\]/g, ' ')
  return quoted(`--${name}[${words}]${takesValue ? ':value:_files' : ''}`)
}

const fish = (commands: readonly Completed[]): string =>
  [
    ...commands.map(({ name, description }) => `complete -c ${PROGRAM} -n __fish_use_subcommand -f -a ${name} -d ${quoted(description, '\\')}`),
    ...commands.flatMap(({ name, options }) =>
      options.map(
        (option) =>
          `complete -c ${PROGRAM} -n '__fish_seen_subcommand_from ${name}' -l ${option.name}${option.takesValue ? ' -r' : ''} -d ${quoted(option.description, '\\')}`,
      ),
    ),
  ].join('\n')

/** In single quotes; one inside is \\' in fish, and closes and opens again in the others. */
const quoted = (text: string, escape?: '\\'): string =>
  escape === undefined ? `'${text.replaceAll("'", `'\\''`)}'` : `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

export const SCRIPTS: Readonly<Record<'bash' | 'zsh' | 'fish', (commands: readonly Completed[]) => string>> = { bash, zsh, fish }

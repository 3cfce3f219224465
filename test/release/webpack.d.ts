/** What the test uses of webpack, which is installed for the release tests only. */
declare module 'webpack' {
  export interface Configuration {
    readonly context: string
    readonly entry: string
    readonly mode: 'production'
    readonly optimization: { readonly minimize: boolean }
    readonly output: { readonly path: string; readonly filename: string }
    readonly performance: false
  }
  export interface Stats {
    toJson(options: { readonly all: boolean; readonly errors: boolean }): { readonly errors?: readonly { readonly message: string }[] }
  }
  export default function webpack(options: Configuration, done: (error: Error | null, stats?: Stats) => void): void
}

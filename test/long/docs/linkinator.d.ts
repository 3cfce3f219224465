/** What the test uses of linkinator, which is installed for the long tests only. */
declare module 'linkinator' {
  export enum LinkState {
    OK = 'OK',
    BROKEN = 'BROKEN',
    SKIPPED = 'SKIPPED',
  }
  export interface LinkResult {
    readonly url: string
    readonly state: LinkState
    readonly parent?: string
  }
  export class LinkChecker {
    check(options: {
      readonly path: string
      readonly recurse: boolean
      readonly linksToSkip: readonly string[]
      readonly concurrency: number
    }): Promise<{ readonly links: readonly LinkResult[] }>
  }
}

/** What the test uses of kubernetes-models, which is installed for the long tests only. */
declare module 'kubernetes-models/batch/v1' {
  export interface IJob {
    readonly apiVersion: string
    readonly kind: string
    readonly spec?: {
      readonly completions?: number
      readonly template: { readonly spec?: { readonly containers: readonly { readonly command?: readonly string[]; readonly args?: readonly string[] }[] } }
    }
  }
  export class Job {
    constructor(job: IJob)
    validate(): void
  }
}

/** The build of bottleneck without Redis has no types of its own; this is what we use of it. */
declare module 'bottleneck/light' {
  export default class Bottleneck {
    constructor(options: { readonly minTime: number });
    schedule<T>(job: () => Promise<T>): Promise<T>;
  }
}

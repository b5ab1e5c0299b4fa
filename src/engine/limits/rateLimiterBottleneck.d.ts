/** The build of bottleneck without Redis has no types of its own; these are the parts we use. */
declare module 'bottleneck/light' {
  export default class Bottleneck {
    constructor(options: { readonly minTime: number });
    schedule<T>(job: () => Promise<T>): Promise<T>;
  }
}

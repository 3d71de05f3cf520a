/** What Vite makes of the assets that the theme takes. */

declare module "*?url" {
  const address: string;
  // oxlint-disable-next-line import/no-default-export -- as Vite gives it
  export default address;
}
declare module "*.css" {}

interface ImportMeta {
  /** Whether pages are being made beforehand, in Node. */
  readonly env: { readonly SSR: boolean };
}

/** Files that Vite gives the address of. */
declare module "*?url" {
  const url: string;
  export default url;
}

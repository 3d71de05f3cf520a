/** Fetches a WebAssembly module and compiles it. @throws Error that says what the server answered */
export async function compileModule(url: string): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`);
  // Compiling while it arrives needs the right type, which not every server gives.
  const streamed = response.headers.get("Content-Type")?.startsWith("application/wasm") === true;
  return streamed
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

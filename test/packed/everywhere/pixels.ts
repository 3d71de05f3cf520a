/** One small picture, enlarged: the same bytes wherever it is done. */

/** A program's lines that define `pixels(loadModel, upscale's exports, options)`: the larger luma's SHA-256. */
export const pixelsProgram = `
async function pixels({ createUpscaler, createFrame, createPlane }, loadModel, options = {}) {
  const [luma, u, v] = [[64, 48], [32, 24], [32, 24]].map(([width, height]) => createPlane({ width, height }));
  for (let i = 0; i < luma.data.length; i++) luma.data[i] = 16 + ((i * 7919) % 220);
  u.data.fill(100);
  v.data.fill(150);
  const upscaler = await createUpscaler({ model: await loadModel("m3-x2", options), backends: ["wasm"] });
  const larger = await upscaler.frame(createFrame({ luma, chroma: [u, v] }, { timestamp: 0 }));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", (await larger.planes()).luma.data));
  larger.close();
  await upscaler.close();
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
`;

/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Registry } from "./registry.ts";

export const registry: Registry = {
  "m5-x2": {
    card: {"name":"m5-x2","scale":2,"track":"bicubic","parameters":13520,"macsPerPixel":13520,"macs720p":3115008000,"psnr":{"set5":37,"set14":32.63},"ssim":{"set5":0.9565,"set14":0.9091},"bicubicPsnr":{"set5":33.67,"set14":30.22},"bicubicSsim":{"set5":0.93,"set14":0.8687},"recipe":"m5-x2-bicubic","seed":1,"steps":14200,"batch":16,"crop":48,"note":"The cosine schedule was lengthened twice while it ran, at 6000 and at 10500 steps, to 14200 in the end; the recipe run in one go gives other weights.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":2.4e-7,"sha256":"6808fe732d3655d4b620f4b20061d03d76256b1644b8942d765a9bbcb811a083","license":"MIT"},
    url: () => new URL("../models/m5-x2.onnx", import.meta.url),
  },
  "m5-x4": {
    card: {"name":"m5-x4","scale":4,"track":"bicubic","parameters":18320,"macsPerPixel":18320,"macs720p":1055232000,"psnr":{"set5":30.77,"set14":27.66},"ssim":{"set5":0.8716,"set14":0.7588},"bicubicPsnr":{"set5":28.43,"set14":25.99},"bicubicSsim":{"set5":0.8108,"set14":0.7022},"recipe":"m5-x4-bicubic","seed":1,"steps":3800,"batch":16,"crop":48,"note":"Started from the weights of m5-x2, all but the last block. The cosine schedule was cut from 4000 steps to 3800 while it ran.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":3.6e-7,"sha256":"5c1a56ba2a6fe5b1671872c98d1ce26ac68b83b8ca1ef124530895ebd91f7bfc","license":"MIT"},
    url: () => new URL("../models/m5-x4.onnx", import.meta.url),
  },
};

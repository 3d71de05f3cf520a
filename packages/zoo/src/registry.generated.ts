/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Registry } from "./registry.ts";

export const registry: Registry = {
  "m3-x2": {
    card: {"name":"m3-x2","scale":2,"track":"bicubic","parameters":8912,"macsPerPixel":8912,"macs720p":2053324800,"psnr":{"set5":36.78,"set14":32.44},"ssim":{"set5":0.9555,"set14":0.9073},"bicubicPsnr":{"set5":33.67,"set14":30.22},"bicubicSsim":{"set5":0.93,"set14":0.8687},"recipe":"m3-x2-bicubic","seed":1,"steps":3000,"batch":16,"crop":48,"note":"Started from m5-x2 with two blocks left out; 3000 steps of its own.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":2.4e-7,"sha256":"8589b0aa24cfee2cce21375bd2a985b1be04994414b41836afaa1725a810ccb3","license":"MIT"},
    url: () => new URL("../models/m3-x2.onnx", import.meta.url),
  },
  "m5-x2": {
    card: {"name":"m5-x2","scale":2,"track":"bicubic","parameters":13520,"macsPerPixel":13520,"macs720p":3115008000,"psnr":{"set5":37.09,"set14":32.7},"ssim":{"set5":0.9568,"set14":0.9096},"bicubicPsnr":{"set5":33.67,"set14":30.22},"bicubicSsim":{"set5":0.93,"set14":0.8687},"recipe":"m5-x2-bicubic","seed":1,"steps":25000,"batch":16,"crop":48,"note":"Went on from 15350 steps of earlier runs: 18843 steps of a schedule of 60000, then down to nothing by step 25000.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":3.6e-7,"sha256":"feb7fa2f05aeecd2c026cc50797923eb5931b7f705ca91a544f460d93513e25f","license":"MIT"},
    url: () => new URL("../models/m5-x2.onnx", import.meta.url),
  },
  "m5-x2-camera": {
    card: {"name":"m5-x2-camera","scale":2,"track":"camera","parameters":13520,"macsPerPixel":13520,"macs720p":3115008000,"psnr":{"set5":34.52,"set14":31.28},"ssim":{"set5":0.9355,"set14":0.884},"bicubicPsnr":{"set5":33.67,"set14":30.22},"bicubicSsim":{"set5":0.93,"set14":0.8687},"recipe":"m5-x2-camera","seed":1,"steps":3000,"batch":16,"crop":48,"note":"Started from m5-x2; 3000 steps of its own.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":1.8e-7,"sha256":"f7d829eaff92fea475f2c763cb58e96d51a5b6dd6e76e818f9976eb82dbd24ba","license":"MIT"},
    url: () => new URL("../models/m5-x2-camera.onnx", import.meta.url),
  },
  "m7-x2": {
    card: {"name":"m7-x2","scale":2,"track":"bicubic","parameters":18128,"macsPerPixel":18128,"macs720p":4176691200,"psnr":{"set5":37.12,"set14":32.71},"ssim":{"set5":0.9569,"set14":0.9097},"bicubicPsnr":{"set5":33.67,"set14":30.22},"bicubicSsim":{"set5":0.93,"set14":0.8687},"recipe":"m7-x2-bicubic","seed":1,"steps":4000,"batch":16,"crop":48,"note":"Started from m5-x2 with two blocks added; 4000 steps of its own.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":3.7e-7,"sha256":"52b6efd92c2d347df3a8419d5160202c6533c3bbe5df8f92d90f2d1a854f310a","license":"MIT"},
    url: () => new URL("../models/m7-x2.onnx", import.meta.url),
  },
  "m5-x4": {
    card: {"name":"m5-x4","scale":4,"track":"bicubic","parameters":18320,"macsPerPixel":18320,"macs720p":1055232000,"psnr":{"set5":30.84,"set14":27.7},"ssim":{"set5":0.8729,"set14":0.7598},"bicubicPsnr":{"set5":28.43,"set14":25.99},"bicubicSsim":{"set5":0.8108,"set14":0.7022},"recipe":"m5-x4-bicubic","seed":1,"steps":2500,"batch":16,"crop":48,"note":"Started from m5-x2, the last block at random; 2500 steps of its own.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":5.4e-7,"sha256":"178e81feef345cd62bfb9e3c515f052acf4808eb0f47c570aeaac544245141aa","license":"MIT"},
    url: () => new URL("../models/m5-x4.onnx", import.meta.url),
  },
};

/** Written by scripts/generate-registry.js from models/*.json; do not edit. */

import type { Registry } from "./registry.ts";

export const registry: Registry = {
  "micro-x2": {
    card: {"name":"micro-x2","scale":2,"track":"bicubic","parameters":2152,"macsPerPixel":2152,"macs720p":495820800,"psnr":{"set5":36.3,"set14":32.13},"ssim":{"set5":0.9528,"set14":0.9038},"bicubicPsnr":{"set5":33.67,"set14":30.22},"bicubicSsim":{"set5":0.93,"set14":0.8687},"recipe":"micro-x2-bicubic","seed":1,"steps":5000,"batch":16,"crop":48,"note":"Started from m3-x2.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":3.6e-7,"sha256":"6f914bd4f243c175ce968f7b4e75831f7bc7d2b8fb3500928427ec391aed28c4","license":"MIT"},
    url: () => new URL("../models/micro-x2.onnx", import.meta.url),
  },
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
  "m11-x2": {
    card: {"name":"m11-x2","scale":2,"track":"bicubic","parameters":27344,"macsPerPixel":27344,"macs720p":6300057600,"psnr":{"set5":37.12,"set14":32.71},"ssim":{"set5":0.9569,"set14":0.9098},"bicubicPsnr":{"set5":33.67,"set14":30.22},"bicubicSsim":{"set5":0.93,"set14":0.8687},"recipe":"m11-x2-bicubic","seed":1,"steps":1800,"batch":16,"crop":48,"note":"Started from m7-x2.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":3.6e-7,"sha256":"c459e8fca9fe8f9842ed95051fbb2fa2884e0fad60625ca05c322929207047a9","license":"MIT"},
    url: () => new URL("../models/m11-x2.onnx", import.meta.url),
  },
  "xl-x2": {
    card: {"name":"xl-x2","scale":2,"track":"bicubic","parameters":105376,"macsPerPixel":105376,"macs720p":24278630400,"psnr":{"set5":37.19,"set14":32.78},"ssim":{"set5":0.9572,"set14":0.9103},"bicubicPsnr":{"set5":33.67,"set14":30.22},"bicubicSsim":{"set5":0.93,"set14":0.8687},"recipe":"xl-x2-bicubic","seed":1,"steps":2500,"batch":16,"crop":48,"note":"Started from m11-x2.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":3e-7,"sha256":"4ce3e772af63af399cd81b3d9833e73dc22f811bb7782feaf6870b14398edf8c","license":"MIT"},
    url: () => new URL("../models/xl-x2.onnx", import.meta.url),
  },
  "m3-x4": {
    card: {"name":"m3-x4","scale":4,"track":"bicubic","parameters":13712,"macsPerPixel":13712,"macs720p":789811200,"psnr":{"set5":30.55,"set14":27.48},"ssim":{"set5":0.8664,"set14":0.7541},"bicubicPsnr":{"set5":28.43,"set14":25.99},"bicubicSsim":{"set5":0.8108,"set14":0.7022},"recipe":"m3-x4-bicubic","seed":1,"steps":1500,"batch":16,"crop":48,"note":"Started from m3-x2.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":3e-7,"sha256":"764cc7e01bc1ac35dc4dfbdd73fdbec6dd2eef11c122d72d55943e9d246c40a3","license":"MIT"},
    url: () => new URL("../models/m3-x4.onnx", import.meta.url),
  },
  "m5-x4": {
    card: {"name":"m5-x4","scale":4,"track":"bicubic","parameters":18320,"macsPerPixel":18320,"macs720p":1055232000,"psnr":{"set5":30.84,"set14":27.7},"ssim":{"set5":0.8729,"set14":0.7598},"bicubicPsnr":{"set5":28.43,"set14":25.99},"bicubicSsim":{"set5":0.8108,"set14":0.7022},"recipe":"m5-x4-bicubic","seed":1,"steps":2500,"batch":16,"crop":48,"note":"Started from m5-x2, the last block at random; 2500 steps of its own.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":5.4e-7,"sha256":"178e81feef345cd62bfb9e3c515f052acf4808eb0f47c570aeaac544245141aa","license":"MIT"},
    url: () => new URL("../models/m5-x4.onnx", import.meta.url),
  },
  "m7-x4": {
    card: {"name":"m7-x4","scale":4,"track":"bicubic","parameters":22928,"macsPerPixel":22928,"macs720p":1320652800,"psnr":{"set5":30.86,"set14":27.71},"ssim":{"set5":0.8733,"set14":0.7602},"bicubicPsnr":{"set5":28.43,"set14":25.99},"bicubicSsim":{"set5":0.8108,"set14":0.7022},"recipe":"m7-x4-bicubic","seed":1,"steps":1500,"batch":16,"crop":48,"note":"Started from m7-x2.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":3.7e-7,"sha256":"01e5f0f7da102540689b9431090d17ead67c58956c9370829031f79ce55d6cbe","license":"MIT"},
    url: () => new URL("../models/m7-x4.onnx", import.meta.url),
  },
  "m11-x4": {
    card: {"name":"m11-x4","scale":4,"track":"bicubic","parameters":32144,"macsPerPixel":32144,"macs720p":1851494400,"psnr":{"set5":30.83,"set14":27.69},"ssim":{"set5":0.8725,"set14":0.7598},"bicubicPsnr":{"set5":28.43,"set14":25.99},"bicubicSsim":{"set5":0.8108,"set14":0.7022},"recipe":"m11-x4-bicubic","seed":1,"steps":1500,"batch":16,"crop":48,"note":"Started from m11-x2.","data":"704 photographs and wallpapers, 110 megapixels, none of them an evaluation picture: CID22 512×512 originals (CC BY-SA 4.0, Unsplash), desktop wallpapers of free software projects (CC BY-SA, CC0, Unsplash), drone and camera photographs (BSD-2-Clause, free to use)","foldingError":5.5e-7,"sha256":"c33110277da5304cac21d656bc690a53576a48a47f7dcd066c85a9d6f2c60c08","license":"MIT"},
    url: () => new URL("../models/m11-x4.onnx", import.meta.url),
  },
};

/** What a chain's layers are on a device, worked out before the device is asked for anything. */

import type { Chain } from "@tatami/kernels";
import { quantiseChain } from "../integers/quantise-chain.ts";
import type { LayerVariant, Variant } from "./variant.ts";
import { variantFor } from "./variant.ts";
import { packIntegerWeights } from "./wgsl/accumulate-integers.ts";
import { convolutionPass } from "./wgsl/convolution-pass.ts";
import { integerConvolutionPass } from "./wgsl/integer-convolution-pass.ts";
import { lastConvolutionPass } from "./wgsl/last-convolution-pass.ts";
import { packWeights } from "./wgsl/weights.ts";

/** One layer. */
export interface LayerPass {
  readonly how: LayerVariant;
  /** WGSL. */
  readonly code: string;
  /** What its shader reads weights from, unless they are literals. */
  readonly weights: ArrayBuffer | undefined;
  /** Bytes that four channels of a pixel of its output take. */
  readonly vectorBytes: number;
}

/** @throws TatamiError `invalid-model` where no layer can run as the variant says. */
export function planLayerPasses(chain: Chain, variant: Variant, padding: number): readonly LayerPass[] {
  const plan = variant.features === "int8" ? quantiseChain(chain) : undefined;
  const last = chain.layers.length - 1;
  return chain.layers.map((layer, index): LayerPass => {
    const how = variantFor(variant, layer);
    const integers = plan?.layers[index];
    const code =
      index === last
        ? lastConvolutionPass(chain, how, padding)
        : plan
          ? integerConvolutionPass(plan, index, how, padding)
          : convolutionPass(layer, how, padding);
    const packed = integers ? packIntegerWeights(layer, integers) : packWeights(layer);
    return {
      how,
      code,
      weights: how.weights === "literal" ? undefined : packed.buffer,
      vectorBytes: plan?.steps[index] ? 4 : variant.features === "f16" ? 8 : 16,
    };
  });
}

/** The networks there are. */

import { checkOneOf } from "@tatami/core";
import { critic } from "./critic.ts";
import type { CriticShape } from "./critic.ts";
import { edsr } from "./edsr.ts";
import type { EdsrShape } from "./edsr.ts";
import { mamba } from "./mamba/mamba.ts";
import type { MambaShape } from "./mamba/mamba.ts";
import { mlp } from "./mlp.ts";
import type { MlpShape } from "./mlp.ts";
import type { Network } from "./network.ts";
import { restorer } from "./tddsr/restorer.ts";
import type { RestorerShape } from "./tddsr/restorer.ts";
import { sesr } from "./sesr.ts";
import type { SesrNetworkShape } from "./sesr.ts";
import { unet } from "./unet.ts";
import type { UnetShape } from "./unet.ts";

/** Every network, by the name that recipes call it. */
export const networks: {
  readonly sesr: Network<SesrNetworkShape>;
  readonly edsr: Network<EdsrShape>;
  readonly unet: Network<UnetShape>;
  readonly mlp: Network<MlpShape>;
  readonly critic: Network<CriticShape>;
  readonly mamba: Network<MambaShape>;
  readonly restorer: Network<RestorerShape>;
} = { sesr, edsr, unet, mlp, critic, mamba, restorer };

/** The names of the networks. */
export type NetworkName = keyof typeof networks;

/** A network whose shape is known at run time only: what its `check` returns is what it takes. @throws TatamiError `invalid-option` */
export function networkOf(name: string): Network {
  return networks[checkOneOf("network", name, Object.keys(networks) as NetworkName[])];
}

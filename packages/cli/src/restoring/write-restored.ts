/** A restored picture as a file that says what it is. */

import type { LargerPicture } from "@tatami/upscale";
import { loadSharp } from "../pictures/load-sharp.ts";
import { save } from "../pictures/still.ts";

/** What IPTC calls a picture in which parts were made by a trained model. */
const SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

/** Said to people, and in the file. */
export const NO_EVIDENCE = "Detail in it may be invented: it is no evidence of what was there.";

/** Writes a PNG whose EXIF and XMP say that a network made it, and which. @throws TatamiError `output-failed` */
export async function writeRestored(path: string, picture: LargerPicture): Promise<void> {
  const { width, height, data, model } = picture;
  const sharp = await loadSharp();
  const description = `Restored by ${model} (tatami restore). ${NO_EVIDENCE}`;
  const png = await sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .withExif({ IFD0: { Software: "tatami restore", ImageDescription: description } })
    .withXmp(xmpOf(description))
    .toBuffer();
  await save(path, undefined, png);
}

function xmpOf(description: string): string {
  const escaped = description.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<Iptc4xmpExt:DigitalSourceType>${SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escaped}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`;
}

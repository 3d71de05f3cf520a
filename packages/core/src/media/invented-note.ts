/** What is said of a picture whose detail a network may have invented: to people, and in its file. */

/** Said to people, and in the file. */
export const noEvidence = "Detail in it may be invented: it is no evidence of what was there.";

/** What goes into a file. */
export interface InventedNote {
  /** In one sentence and {@link noEvidence}. */
  readonly description: string;
  /** What made it. */
  readonly software: string;
  /** A packet of XMP that says the same, and IPTC's digital source type for parts made by a trained model. */
  readonly xmp: string;
}

/** What IPTC calls a picture in which parts were made by a trained model. */
const sourceType = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

/** @param model the network's name @param software what ran it: "tatami restore" */
export function inventedNote(model: string, software: string): InventedNote {
  const description = `Restored by ${model} (${software}). ${noEvidence}`;
  const escaped = description.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const xmp = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<Iptc4xmpExt:DigitalSourceType>${sourceType}</Iptc4xmpExt:DigitalSourceType>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escaped}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`;
  return { description, software, xmp };
}

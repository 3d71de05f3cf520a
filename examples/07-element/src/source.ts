/** A video to show: a file, or an address. */

/** What is shown. */
export interface Source {
  /** What it is called. */
  readonly name: string;
  /** What the element is given. */
  readonly address: string;
  /** What stands in the HTML to copy. */
  readonly src: string;
  readonly isElsewhere: boolean;
  /** Lets go of the file, if it is one. */
  release(): void;
}

/** A file, for as long as it is shown. */
export const sourceOfFile = (file: File): Source => {
  const address = URL.createObjectURL(file);
  return {
    name: file.name,
    address,
    src: file.name,
    isElsewhere: false,
    release: () => URL.revokeObjectURL(address),
  };
};

/** An address, of this server or another; nothing where the text is none. */
export const sourceOfAddress = (text: string): Source | undefined => {
  const parsed = URL.parse(text.trim());
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined;
  return {
    name: decodeURIComponent(parsed.pathname.split("/").at(-1) ?? "") || parsed.host,
    address: parsed.href,
    src: parsed.href,
    isElsewhere: parsed.origin !== location.origin,
    release: () => undefined,
  };
};

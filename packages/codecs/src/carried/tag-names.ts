/** Names of tags: FFmpeg's, as all drivers know them, and those of the containers that are written. */

/** Tags by FFmpeg's names, in lower case but for QuickTime's own. */
export type Tags = Readonly<Record<string, string>>;

/** Atoms of MP4 and MOV. Source: QuickTime File Format, "User data atoms"; FFmpeg 8's mov.c. */
const atoms: Readonly<Record<string, string>> = {
  "©nam": "title",
  "©ART": "artist",
  aART: "album_artist",
  "©alb": "album",
  "©day": "date",
  "©cmt": "comment",
  "©gen": "genre",
  "©wrt": "composer",
  "©cpy": "copyright",
  cprt: "copyright",
  desc: "description",
  "©des": "description",
  ldes: "synopsis",
  "©lyr": "lyrics",
  "©grp": "grouping",
  "©mak": "make",
  "©mod": "model",
  tvsh: "show",
  tven: "episode_id",
  tvnn: "network",
  keyw: "keywords",
  "©xyz": "location",
  "©too": "encoder",
  "©swr": "encoder",
};

/** Names of Matroska's that FFmpeg has others for. Source: FFmpeg 8's matroska.c. */
const elements: Readonly<Record<string, string>> = { PART_NUMBER: "track", LEAD_PERFORMER: "performer" };

/** What containers and writers note for themselves: it would not be true of the output. */
const writersNotes =
  /^(major_brand|minor_version|compatible_brands|encoder|software|handler_name|vendor_id|duration|alpha_mode|rotate|variant_bitrate|id3v2_priv.*|bps|number_of_(frames|bytes)|_statistics_.*|source_id)(-[a-z]{3})?$/i;

/** What has a place of its own beside the tags. */
const notedElsewhere = /^(creation_time|language)(-[a-z]{3})?$/i;

/** FFmpeg's name for a container's. */
export function commonName(name: string): string {
  return atoms[name] ?? elements[name] ?? (name.startsWith("com.") ? name : name.toLowerCase());
}

/** Without what containers and writers note for themselves. */
export function withoutWritersNotes(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !writersNotes.test(name)));
}

/** Without what is not the input's to say as a tag. */
export function withoutOwnNotes(tags: Tags): Tags {
  const told = Object.entries(withoutWritersNotes(tags));
  return Object.fromEntries(told.filter(([name, value]) => value !== "" && !notedElsewhere.test(name)));
}

/** The atoms for names, in iTunes' form or in QuickTime's older one, which knows only those that begin with a sign. */
export function atomOf(name: string, isOlder: boolean): string | undefined {
  const found = Object.entries(atoms).filter(([, common]) => common === name);
  const fitting = found.find(([atom]) => !isOlder || atom.startsWith("©"));
  return name === "location" && !isOlder ? undefined : fitting?.[0];
}

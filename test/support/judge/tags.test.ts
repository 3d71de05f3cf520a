/** Which tags are one, and which are not. */

import { expect, test } from "vitest";
import { comparedTags, languageOf, tagDifferences, tagOf, withoutFilesDate } from "./tags.ts";

const detailsOf = (before: Record<string, string>, after: Record<string, string>): string[] =>
  tagDifferences(comparedTags(before), comparedTags(after)).map(({ detail }) => detail);

test("are compared whatever the case of their keys, without what containers write by themselves", () => {
  const matroska = {
    ARTIST: "Me",
    ENCODER: "libx264",
    DURATION: "00:00:01",
    "BPS-eng": "12",
    major_brand: "qt",
  };
  expect(detailsOf(matroska, { artist: "Me", encoder: "Lavf", handler_name: "VideoHandler" })).toEqual([]);
});

test("are told when lost, another or added", () => {
  const differences = tagDifferences(
    comparedTags({ title: "Garage", artist: "Me" }),
    comparedTags({ title: "Attic", "MOVIE/ARTIST": "Me" }),
    "picture: ",
  );
  expect(differences).toEqual([
    { aspect: "tags", detail: 'picture: title "Attic", was "Garage"' },
    { aspect: "tags", detail: 'picture: artist "Me" lost' },
    { aspect: "tags", detail: 'picture: movie/artist "Me" added', isAddition: true },
  ]);
});

test("of moments are equal in any number of digits, and of days or places' own times only as they are", () => {
  const moment = "2021-06-05T04:03:02";
  expect(detailsOf({ creation_time: `${moment}.000000Z` }, { creation_time: `${moment}Z` })).toEqual([]);
  expect(detailsOf({ date: "2021" }, { date: "2021-01-01" })).toHaveLength(1);
  const japan = { "com.apple.quicktime.creationdate": `${moment}+0900` };
  expect(detailsOf(japan, { "com.apple.quicktime.creationdate": "2021-06-04T19:03:02Z" })).toHaveLength(1);
});

test("listed once more by language count once, but not where the language's own differs", () => {
  const place = "+35.6895+139.6917/";
  expect(detailsOf({ location: place, "location-eng": place }, { location: place })).toEqual([]);
  expect(detailsOf({ title: "Door", "title-deu": "Tür" }, { title: "Door" })).toEqual([
    'title-deu "Tür" lost',
  ]);
});

test("name a language by one of its names, and the unknown one not at all", () => {
  expect(languageOf({ language: "ger" })).toBe(languageOf({ LANGUAGE: "deu" }));
  expect(languageOf({ language: "eng" })).not.toBe(languageOf({ language: "fre" }));
  expect([languageOf({ language: "und" }), languageOf(undefined), languageOf({ language: "" })]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  // no name that Intl takes
  expect(languageOf({ language: "E" })).toBe("e");
});

test("are found in any case", () => {
  expect(tagOf({ TIMECODE: "01:02:03:04" }, "timecode")).toBe("01:02:03:04");
  expect(tagOf({}, "timecode")).toBeUndefined();
});

test("a date that the file has too is no track's own", () => {
  const file = comparedTags({ creation_time: "2021-06-05T04:03:02Z" });
  const track = comparedTags({ creation_time: "2021-06-05T04:03:02.000000Z", title: "Main" });
  expect([...withoutFilesDate(track, file).keys()]).toEqual(["title"]);
  expect([...withoutFilesDate(track, comparedTags({})).keys()]).toEqual(["creation_time", "title"]);
});

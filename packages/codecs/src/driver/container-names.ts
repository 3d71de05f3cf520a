/** Containers as people name them, from the names of FFmpeg's demuxers. */

const names: Readonly<Record<string, string>> = {
  asf: "WMV",
  avi: "AVI",
  flv: "FLV",
  live_flv: "FLV",
  hls: "HLS",
  h263: "H.263 stream",
  h264: "H.264 stream",
  hevc: "HEVC stream",
  image2: "image sequence",
  m4v: "MPEG-4 stream",
  matroska: "Matroska",
  mjpeg: "MJPEG stream",
  mpeg: "MPEG-PS",
  mpegts: "MPEG-TS",
  mpegvideo: "MPEG video stream",
  mxf: "MXF",
  ogg: "Ogg",
  rawvideo: "raw video",
  rm: "RealMedia",
  rtsp: "RTSP",
  sdp: "SDP",
};

/**
 * What people call a container.
 *
 * @param demuxer FFmpeg's name, or several with commas between: `mov,mp4,m4a,3gp,3g2,mj2`.
 * @param majorBrand the first brand an MP4 states, `null` for others.
 */
export function containerNameOf(demuxer: string, majorBrand: string | null): string {
  const [first = demuxer] = demuxer.split(",");
  if (first === "mov") {
    const brand = majorBrand?.trim().toLowerCase() ?? "";
    if (brand.startsWith("3g")) return "3GP";
    return brand === "qt" || brand === "" ? "MOV" : "MP4";
  }
  return names[first] ?? first.toUpperCase();
}

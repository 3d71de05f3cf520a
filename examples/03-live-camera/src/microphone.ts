/** The sound beside a camera's picture. */

/** Asks for a microphone; nothing where there is none, or it may not be used: then the picture is recorded alone. */
export const openMicrophone = async (): Promise<MediaStreamTrack | undefined> => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => undefined);
  return stream?.getAudioTracks()[0];
};

// The part of a media element that a party moves.

/** What following needs of a player; an `HTMLVideoElement` is one. */
export type FollowedPlayer = Pick<
  HTMLVideoElement,
  | 'currentTime'
  | 'playbackRate'
  | 'preservesPitch'
  | 'volume'
  | 'paused'
  | 'seeking'
  | 'readyState'
  | 'buffered'
  | 'play'
  | 'pause'
  | 'addEventListener'
  | 'requestVideoFrameCallback'
  | 'cancelVideoFrameCallback'
>

export const HAVE_FUTURE_DATA = 3

/** Seconds that are loaded from there on. */
export function bufferedFrom({ buffered }: FollowedPlayer, seconds: number): number {
  for (let i = 0; i < buffered.length; i++)
    if (buffered.start(i) <= seconds + 0.1 && seconds <= buffered.end(i)) return buffered.end(i) - seconds
  return 0
}

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

// Forgets the rest of a segment that was left half-way; hls.js takes the next one for its continuation.
import type { AudioStreamController, StreamController } from 'hls.js'

/*
 * Of segments that come in pieces hls.js holds back what is no whole fragment yet. A seek that leaves one of them for
 * the very next had that one's first bytes read as the rest: nothing of it was shown, and the seek never ended.
 */
export const forgetLeftPictures = (Base: typeof StreamController): typeof StreamController =>
  class extends Base {
    protected override resetLoadingState() {
      super.resetLoadingState()
      this.resetTransmuxer()
    }
  }

export const forgetLeftSound = (Base: typeof AudioStreamController): typeof AudioStreamController =>
  class extends Base {
    protected override resetLoadingState() {
      super.resetLoadingState()
      this.resetTransmuxer()
    }
  }

/** What reading a capture to its end showed. */

/** An interface that frames were captured on. */
export interface CaptureInterface {
  /** Empty when the file does not say, as in pcap. */
  name: string;
  /** LINKTYPE_ value. */
  linkType: number;
  /** Octets kept of each frame at most; 0 for no limit. */
  snapLength: number;
  /** Ticks per second of the times. */
  resolution: number;
  /** Frames that arrived, as the capturing system counted them; absent when the file does not say. */
  received?: number;
  /** Frames that were lost before they could be written; absent when the file does not say. */
  dropped?: number;
}

/** A comment of the file, or of one of its frames. */
export interface CaptureComment {
  /** Number of the frame, from 1; absent for a comment on something else. */
  frame?: number;
  /** As it stands: the text is not to be trusted. */
  text: string;
}

/** Where and why a file stopped making sense. Everything before has been delivered. */
export interface CaptureProblem {
  /** Octets from the beginning of the (decompressed) file to the record that is damaged. */
  offset: number;
  message: string;
}

/** What reading a capture to its end showed. */
export interface CaptureSummary {
  format: "pcap" | "pcapng";
  /** How the file was compressed. */
  compression: "none" | "gzip" | "zstd";
  /** Frames delivered. */
  packets: number;
  /** Captured octets of these frames, without the records around them. */
  octets: number;
  /** In the order of the file, those of all sections together. */
  interfaces: CaptureInterface[];
  /** The first ones; how many more there were says `commentsLeftOut`. */
  comments: CaptureComment[];
  commentsLeftOut: number;
  problem?: CaptureProblem;
}

/** Comments are kept up to so many characters in all, or a file could fill the memory with them. */
const COMMENT_CHARACTERS = 1 << 20;

/** Collects comments within bounds. */
export class CommentCollector {
  readonly comments: CaptureComment[] = [];
  leftOut = 0;
  #room = COMMENT_CHARACTERS;

  /** Keeps a comment if there is room for it. */
  add(text: string, frame?: number): void {
    // The constant stands for the object around a short text.
    if (text.length + 64 > this.#room) this.leftOut++;
    else {
      this.#room -= text.length + 64;
      this.comments.push(frame === undefined ? { text } : { frame, text });
    }
  }
}

/** The source is no capture at all; the message is one line that says what it is. */
export class NotACapture extends Error {
  override name = "NotACapture";
}

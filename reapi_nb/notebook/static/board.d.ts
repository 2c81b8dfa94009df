/**
 * The contract between the Python board and the browser, for the type checker only.
 * Check with: tsc --noEmit --allowJs --checkJs --strict --target es2020 --lib es2022,dom,dom.iterable board.d.ts board_*.js
 */

type Tone = "wait" | "good" | "warn" | "bad";

interface ButtonView {
  action: string;
  label: string;
  /** The accessible name, unique within its strip. */
  name: string;
  /** Why it is greyed; empty when it may be pressed. */
  reason: string;
  cost: string;
  /** Absent means paid: the careful reading. */
  paid?: boolean;
}

interface PictureView {
  /** The wire's number, from 0. */
  slot: number;
  /** People's number, from 1. */
  number: number;
  alt: string;
  width: number;
  height: number;
  path: string;
  buttons: ButtonView[];
}

interface ErrorView {
  title: string;
  code: string;
  message: string;
  money: string;
  advice: string;
  request_id: string;
}

interface ParentView {
  job: string;
  number: number;
  label: string;
}

interface StripView {
  job: string;
  short: string;
  nick: string;
  name: string;
  title: string;
  prompt: string;
  task_id: string | null;
  status: string;
  status_text: string;
  tone: Tone;
  busy: boolean;
  /** Epoch seconds. */
  started_at: number | null;
  ended_at: number | null;
  expected_s: number;
  money: string;
  source: string;
  notices: string[];
  parent: ParentView | null;
  ratio: number;
  slots: number;
  pictures: PictureView[];
  error: ErrorView | null;
  actions: ButtonView[];
  copies: { magic: string; python: string; curl: string };
}

interface BoardView {
  rev: number;
  place: string;
  label: string;
  acks: string[];
  strips: StripView[];
}

interface Chunk {
  /** "<job>/<slot>" */
  key: string;
  mime: string;
  seq: number;
  total: number;
  data: DataView<ArrayBuffer>;
}

interface Model {
  get(name: string): any;
  on(name: string, listener: () => void): void;
  off(name: string, listener: () => void): void;
  send(message: object): void;
}

/** A piece of the page that lives as long as its key does. */
interface Part<T> {
  root: HTMLElement;
  update(data: T, index: number): void;
  tick?(now: number): void;
  /** The node of one picture's place. */
  find?(slot: number): HTMLElement | undefined;
}

interface FullPicture {
  url: string;
  extension: string;
}

/** One picture with what a lightbox says of it. */
interface Shown {
  key: string;
  picture: PictureView;
  strip: StripView;
}

/** What every part of one board shares. */
interface Board {
  root: HTMLElement;
  view: BoardView;
  presses: ReturnType<typeof makePresses>;
  thumbs: ReturnType<typeof makeThumbs>;
  fulls: ReturnType<typeof makeFulls>;
  hint: ReturnType<typeof makeHint>;
  lightbox: ReturnType<typeof makeLightbox>;
  /** Says when the width of a node changes. */
  sizes: ReturnType<typeof makeSizes>;
  /** What a click on a node does. */
  on(node: Element, act: () => void): void;
  reveal(parent: ParentView): void;
}

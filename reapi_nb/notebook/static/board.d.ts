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
  /** "Upscale", "Vary", ... "More"; absent on a strip's own actions. */
  group?: string;
  /** What people must supply before it can be sent. */
  asks?: AskView | null;
  /** Said before paying. */
  notices?: string[];
}

interface AskView {
  /** "Remix #2" */
  title: string;
  /** Whether there is a field for words. */
  prompt: "" | "optional" | "required";
  /** What that field starts with; absent for the strip's own prompt. */
  words?: string;
  /** What the other fields start with; null when words are all. */
  sketch: object | null;
  /** One line instead of words: what it is sent as, what it is called, how it looks, and what sending does. */
  field?: string;
  label?: string;
  example?: string;
  verb?: string;
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
  /** "sent as image_number 3" when a picture is missing from the grid, else "". */
  sends?: string;
}

/** Something only people can know. */
interface QuestionView {
  text: string;
  choices: ButtonView[];
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
  question?: QuestionView | null;
}

/** Requests that wait for a yes. */
interface PlanView {
  title: string;
  facts: string[];
  /** One per request. */
  lines: { text: string; cost: string }[];
  /** "waiting", "sent" or "dropped". */
  state: string;
  state_text: string;
  actions: ButtonView[];
}

interface BoardView {
  rev: number;
  place: string;
  label: string;
  acks: string[];
  strips: StripView[];
  plan: PlanView | null;
  /** Why a press was refused, by its nonce. */
  refusals: { [nonce: string]: string };
  /** The job that a press found instead of making one, by its nonce. */
  opened: { [nonce: string]: string };
  /** Its model's id. */
  board?: string;
  /** How many thumbnails each strip has. */
  pixels?: number[];
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
  /** Where a form stands that asks for more. */
  asking?: HTMLElement;
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

/** A request in the making: what is asked for, and what was typed so far. */
interface Ask {
  button: ButtonView;
  asks: AskView;
  job: string;
  number: number | null;
  /** Where the focus goes back to. */
  opener: HTMLElement;
  words: string;
  /** The other fields, as JSON. */
  json: string;
  /** Of its last press, or empty. */
  nonce: string;
  /** Python took it: the next time it begins anew. */
  sent: boolean;
  refusal: string;
}

/** What every part of one board shares. */
interface Board {
  root: HTMLElement;
  view: BoardView;
  presses: ReturnType<typeof makePresses>;
  thumbs: ReturnType<typeof makeThumbs>;
  fulls: ReturnType<typeof makeFulls>;
  hint: ReturnType<typeof makeHint>;
  asks: ReturnType<typeof makeAsks>;
  lightbox: ReturnType<typeof makeLightbox>;
  /** Says when the width of a node changes. */
  sizes: ReturnType<typeof makeSizes>;
  /** What a click on a node does. */
  on(node: Element, act: (event: UIEvent) => void): void;
  reveal(parent: ParentView): void;
}

// @ts-check
// What is said about a job: prompt, parent, facts, notices, and copies of it as code.

/** @param {Board} board */
function makePrompt(board) {
  const text = node("p", "rb-prompt");
  const more = button("rb-quiet rb-more", "more");
  const root = node("div", "rb-words", text, more);
  const measure = () => {
    if (text.classList.contains("rb-open")) return;
    more.hidden = true; // it takes room from the text that it is about
    more.hidden = text.scrollHeight <= text.clientHeight + 1;
  };
  board.on(more, () => {
    const open = text.classList.toggle("rb-open");
    setText(more, open ? "less" : "more");
    setAttribute(more, "aria-expanded", String(open));
    measure();
  });
  setAttribute(more, "aria-expanded", "false");
  board.sizes.watch(root, measure);
  return {
    root,
    /** @param {StripView} strip */
    update({ prompt, parent }) {
      const above = board.view.strips.find((strip) => strip.job === parent?.job);
      root.classList.toggle("rb-echo", above?.prompt === prompt);
      if (text.textContent === harmless(prompt)) return;
      setLine(text, prompt);
      measure();
    },
  };
}

/** The chip that names the parent picture; a link while its strip is on this board.
 * @param {Board} board */
function makeParentChip(board) {
  const image = node("img", "rb-mini");
  const words = node("span", "");
  const link = button("rb-chip", image, words);
  const plain = node("span", "rb-chip");
  const root = node("span", "rb-parent", link, plain);
  /** @type {ParentView | null} */
  let told = null;
  image.alt = "";
  link.setAttribute("role", "link");
  board.on(link, () => {
    if (told) board.reveal(told);
  });
  return {
    root,
    /** @param {ParentView | null} parent */
    update(parent) {
      told = parent;
      const here = parent && board.view.strips.some((strip) => strip.job === parent.job);
      const url = parent ? board.thumbs.url(`${parent.job}/${parent.number - 1}`) : "";
      root.hidden = !parent;
      link.hidden = !here;
      setText(words, here ? parent.label : "");
      setLine(plain, here ? "" : parent?.label);
      image.hidden = !url;
      setAttribute(image, "src", url || null);
    },
  };
}

/** @type {[keyof StripView["copies"], string][]} */
const COPIES = [
  ["magic", "magic"],
  ["python", "Python"],
  ["curl", "curl"],
];

/** @param {Board} board @param {() => StripView} told */
function makeCopies(board, told) {
  const root = node("span", "rb-segment rb-copies");
  for (const [kind, word] of COPIES) {
    const lead = node("span", "rb-unseen", "Copy ");
    const press = button("rb-quiet", lead, node("span", "", word));
    if (kind === "magic") lead.replaceWith(icon("copy"), "Copy ");
    board.on(press, () => copy(board, press, told().copies[kind]));
    root.append(press);
  }
  return root;
}

/** @param {Board} board @param {() => StripView} told */
function makeFacts(board, told) {
  const task = button("rb-quiet rb-task");
  const money = node("span", "");
  const source = node("span", "");
  const root = node("div", "rb-facts", task, money, source);
  board.on(task, () => copy(board, task, told().task_id || ""));
  return {
    root,
    update() {
      const { task_id, money: price, source: origin } = told();
      setLine(task, task_id);
      setAttribute(task, "aria-label", `Copy task id ${task_id}`);
      setAttribute(task, "title", "Copy the task id");
      setLine(money, price);
      setLine(source, origin);
      root.hidden = !(task_id || price || origin);
    },
  };
}

function makeNotices() {
  const root = node("ul", "rb-notices");
  const lines = makeKeyed(root, (/** @type {string} */ notice) => notice, (notice) => {
    const line = node("li", "", icon("info"), node("span", "", notice));
    return { root: line, update() {} };
  });
  return {
    root,
    /** @param {string[]} notices */
    update(notices) {
      lines.update([...new Set(notices)]);
      root.hidden = !notices.length;
    },
  };
}

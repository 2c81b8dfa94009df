// @ts-check
// News that were lost on the way are asked for again: a flooded channel drops messages, and a busy browser refuses them.

const SILENCE_MS = 5000;
const LONGEST_MS = 60000;

/** What anywidget says of a module that took longer than its two seconds. From then on it refuses
 * every message for the widget, although the module works. */
const REFUSED = /Failed to initialize model/;
const HEAR = "_handle_comm_msg";

/** How a plain widget takes a message: what anywidget's own handler stands in front of.
 * @param {any} whole */
function plainEar(whole) {
  const ears = [];
  for (let at = whole; at; at = Object.getPrototypeOf(at)) if (Object.hasOwn(at, HEAR)) ears.push(at[HEAR]);
  return ears[1];
}

/** Takes the messages that anywidget refuses because a busy browser was slow to load this module.
 * @param {any} model @param {string} id */
async function mendHearing(model, id) {
  const whole = await model.widget_manager?.get_model(id);
  const plain = plainEar(whole);
  if (!plain || !whole.comm) return;
  whole.comm.on_msg(async (/** @type {unknown} */ message) => {
    try {
      return await whole[HEAR](message);
    } catch (no) {
      if (!REFUSED.test(String(no))) throw no;
      return plain.call(whole, message);
    }
  });
}

/** How many thumbnails of each strip have arrived. @param {Model} model @param {BoardView} view */
function pixelsHere(model, view) {
  return view.strips.map((_, index) => Object.keys(model.get(`pixels_${index}`) || {}).length);
}

/** @param {Model} model @param {() => BoardView} tell @param {() => boolean} awaits  a press that has no answer */
function makeAgain(model, tell, awaits) {
  let timer = 0;
  let pause = SILENCE_MS;
  let before = "";

  function ask() {
    const view = tell();
    return told(model, { kind: "again", rev: view.rev, pixels: pixelsHere(model, view) });
  }

  function expects() {
    const view = tell();
    const here = pixelsHere(model, view);
    return awaits() || view.strips.some((strip) => strip.busy) || (view.pixels || []).some((count, at) => count !== here[at]);
  }

  function stop() {
    clearTimeout(timer);
    timer = 0;
  }

  function wait() {
    timer = setTimeout(() => {
      timer = 0;
      pause = Math.min(2 * pause, LONGEST_MS);
      if (expects() && ask()) wait();
    }, pause);
  }

  return {
    ask,
    stop,
    /** Silence counts from the last news, and only while there should be some. */
    update() {
      const now = JSON.stringify([tell().rev, pixelsHere(model, tell())]);
      if (now !== before) {
        stop();
        pause = SILENCE_MS;
        before = now;
      }
      if (!expects()) stop();
      else if (!timer) wait();
    },
  };
}

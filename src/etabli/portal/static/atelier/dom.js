// Small pieces of page: elements, dialogs, what is said to everyone.

export const one = (id) => document.getElementById(id);

/** Makes an element; text is always text, never markup. */
export function make(tag, facts = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside.filter((item) => item !== null && item !== undefined));
  return made;
}

/** Shows what hides in a name: signs that are not seen, or that turn round those which follow. */
export const visible = (text) => text.replace(/[\p{Cc}\p{Cf}]/gu, (sign) => `⟨U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

/** Says something to those who do not see the page. */
export function say(sentence) {
  one("live").textContent = "";
  requestAnimationFrame(() => { one("live").textContent = sentence; });
}

const visibleMax = () => (innerHeight < 800 ? 1 : 2);
const EXPIRES_MS = 12_000;
const TOLD_MAX = 30;
const shown = new Map();
const told = [];

/**
 * Shows a sentence at the top; the same key replaces it, and an empty one takes it away. The newest is first, below what
 * went wrong. One that asks nothing leaves by itself, unless it is being read; « Messages » tells all of them again.
 */
export function notice(key, sentence, { tone = "", buttons = [], closes = true, closed = () => {} } = {}) {
  if (shown.get(key)?.dataset.sentence === sentence) return;  // it is not said twice
  drop(key);
  if (!sentence) return;
  const role = tone === "bad" ? "alert" : "status";
  const box = make("div", { class: `notice ${tone}`, role, "data-notice": key, "data-sentence": sentence }, make("p", {}, sentence));
  const close = () => { drop(key); closed(); };
  for (const { label, press } of buttons) box.append(make("button", { type: "button", onclick: () => { close(); press(); } }, label));
  if (closes) box.append(make("button", { type: "button", class: "quiet", "aria-label": "Fermer ce message", onclick: close }, "×"));
  shown.set(key, box);
  const list = one("notices");
  list.insertBefore(box, tone === "bad" ? list.firstChild : list.querySelector(".notice:not(.bad)"));
  if (tone !== "bad" && closes && !buttons.length) expire(key, box);
  told.unshift({ at: Date.now(), sentence });
  told.length = Math.min(told.length, TOLD_MAX);
  one("messages").hidden = false;
  few();
  if (box.hidden && tone !== "bad") say(sentence);
}

export function drop(key) {
  shown.get(key)?.remove();
  shown.delete(key);
  few();
}

function expire(key, box, pause = EXPIRES_MS) {
  setTimeout(() => {
    if (shown.get(key) !== box) return;
    const left = (box.since ?? 0) + EXPIRES_MS - performance.now();
    if (document.hidden || box.hidden || box.matches(":hover, :focus-within")) expire(key, box);
    else if (left > 0) expire(key, box, left);
    else drop(key);
  }, pause);
}

/** Keeps the page to the work: one at once, or two, and a button for the others. */
function few() {
  const most = visibleMax();
  const all = [...one("notices").children];
  const open = one("more-notices").getAttribute("aria-expanded") === "true" && all.length > most;
  for (const [at, box] of all.entries()) {
    const hides = !open && at >= most;
    if (box.hidden && !hides) box.since = performance.now();  // it can be read from now on
    box.hidden = hides;
  }
  one("more-notices").hidden = all.length <= most;
  one("more-notices").setAttribute("aria-expanded", String(open));
  const others = all.length - most;
  one("more-notices").textContent = open ? "Montrer moins de messages" : `${others} autre${others > 1 ? "s" : ""} message${others > 1 ? "s" : ""}`;
}

/** Wires the two buttons of messages: those that wait below, and all that were told. */
export function wireNotices() {
  addEventListener("resize", few);
  one("more-notices").addEventListener("click", () => {
    one("more-notices").setAttribute("aria-expanded", String(one("more-notices").getAttribute("aria-expanded") !== "true"));
    few();
  });
  one("messages").addEventListener("click", () => {
    const list = make("ul", {}, ...told.map(({ at, sentence }) => make("li", {}, `${atHour(at)} : ${sentence}`)));
    dialog("Messages", [list], [["", "Fermer", "main"]]);
  });
}

/** Shows a panel that is out of the window (a phone, a page that scrolls), and goes there. */
export function reveal(panel) {
  const { top, bottom } = panel.getBoundingClientRect();
  if (top >= 0 && Math.min(bottom, top + 120) <= innerHeight) return;
  panel.focus({ preventScroll: true });
  panel.scrollIntoView({ block: "start" });
}

/** Opens a dialog and returns the value of the button that closed it; null when it was left. */
export function dialog(title, body, buttons, { wide = false, ready = null } = {}) {
  return new Promise((done) => {
    const form = make("form", { method: "dialog" });
    const box = make("dialog", { class: wide ? "wide" : "", "aria-labelledby": "dialog-title" }, form);
    form.append(make("h2", { id: "dialog-title" }, title), ...body);
    const row = make("div", { class: "tools end" });
    for (const [value, label, kind] of buttons) {
      row.append(make("button", { value, class: kind ?? "", type: "submit", formnovalidate: value === "" }, label));
    }
    form.append(row);
    const before = document.activeElement;
    box.addEventListener("close", () => {
      box.remove();
      if (before?.isConnected) before.focus();
      done(box.returnValue || null);
    });
    document.body.append(box);
    box.showModal();
    ready?.(box);
  });
}

/** Asks for one line of text, or several; null when it was left. */
export async function askText(title, label, value = "", { button = "Valider", lines = 1, hint = "" } = {}) {
  const field = lines > 1
    ? make("textarea", { id: "dialog-field", rows: lines, maxlength: 500, required: true })
    : make("input", { id: "dialog-field", autocomplete: "off", spellcheck: "false", required: true });
  field.value = value;
  const body = [make("label", { for: "dialog-field" }, label), field, hint ? make("p", { class: "hint" }, hint) : null].filter(Boolean);
  // The first button of a form is the one that Enter presses: the good one comes first, and is shown last.
  const answer = await dialog(title, body, [["ok", button, "main"], ["", "Annuler"]], { ready: () => { field.focus(); field.select(); } });
  return answer === "ok" ? field.value.trim() : null;
}

/** Makes a list of tabs follow the keyboard: arrows move, one tab is reached by Tab. */
export function tabList(list, choose) {
  list.addEventListener("keydown", (event) => {
    const tabs = [...list.querySelectorAll('[role="tab"]:not([hidden])')];
    const at = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    tab.focus();
    choose(tab);
  });
  list.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) choose(tab);
  });
}

export const atHour = (iso) => new Date(iso).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Paris" });
export const atDay = (iso) => new Date(iso).toLocaleDateString("fr-FR", { weekday: "short", day: "numeric", month: "short", timeZone: "Europe/Paris" });
export const isToday = (iso) => atDay(iso) === atDay(Date.now());

export function weight(size) {
  if (size < 1000) return `${size} o`;
  const [value, unit] = size < 1_000_000 ? [size / 1000, "Ko"] : [size / 1_000_000, "Mo"];
  return `${value.toLocaleString("fr-FR", { maximumFractionDigits: value < 10 ? 1 : 0 })} ${unit}`;
}

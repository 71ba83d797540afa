// What other scripts share: names, visibility, and the controls of a page in a fixed order.
// A control may hide what its form offers (<input name="children">), even from our world: what we need is asked of the
// prototype, and a page that hides more is not read.
const root = document.documentElement;
if (!root) throw new Error("etabli: hidden by the page: no document");
const elementsIn = Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, "elements").get;
const elementsOf = (form) => Array.from(elementsIn.call(form));
const allForms = () => Array.from(document.forms);
const NEEDED = ["nodeType", "nodeName", "parentNode", "parentElement", "childNodes", "firstChild", "lastChild", "nextSibling",
  "previousSibling", "ownerDocument", "isConnected", "textContent", "innerText", "cloneNode", "contains", "getRootNode",
  "compareDocumentPosition", "addEventListener", "dispatchEvent", "tagName", "localName", "attributes", "getAttribute",
  "hasAttribute", "setAttribute", "removeAttribute", "matches", "closest", "querySelector", "querySelectorAll", "children",
  "childElementCount", "firstElementChild", "nextElementSibling", "shadowRoot", "getBoundingClientRect", "getClientRects",
  "checkVisibility", "scrollIntoView", "animate"];
for (const form of allForms().slice(0, 500)) {
  const taken = NEEDED.find((name) => Object.hasOwn(form, name));
  if (taken) throw new Error(`etabli: hidden by the page: ${taken}`);
}
const squeeze = (text) => (text || "").replace(/\s+/g, " ").trim();
const shown = (node) => !!node && ((node.checkVisibility
  ? node.checkVisibility({ checkVisibilityCSS: true }) : node.getClientRects().length > 0) || standsThrough(node, shown));
// What has no box of its own (display: contents) is shown where it stands.
const standsThrough = (node, seen) => {
  const { display, visibility } = getComputedStyle(node);
  return display === "contents" && visibility === "visible" && seen(node.parentElement);
};
const faint = (style) => style.opacity === "0" || style.fontSize === "0px" || /^rgba\(.*, 0\)$/.test(style.color)
  || parseFloat(style.textIndent) < -500;
const cropped = (style) => /^rect\((?:[01]px,? ?){4}\)$/.test(style.clip) || /^inset\((?:50|100)%/.test(style.clipPath);
// Text that only machines read: cropped to nothing, transparent, out of the screen.
const withdrawn = (node, style = getComputedStyle(node)) => {
  if (faint(style)) return true;
  if (!["absolute", "fixed"].includes(style.position)) return false;
  const box = node.getBoundingClientRect();
  return cropped(style)
    || (box.width <= 1 && box.height <= 1 && style.overflow !== "visible")
    || box.right + scrollX <= 0 || box.bottom + scrollY <= 0;
};
// The same; what moves or fades in is for people.
const unseen = (node) => {
  const style = getComputedStyle(node);
  return style.animationName === "none" && /^(?:0s(?:, )?)+$/.test(style.transitionDuration) && withdrawn(node, style);
};
// Hides it until what is given back is called: by an animation, which leaves nothing in the document.
const veil = () => {
  const found = Array.from(document.body ? document.body.querySelectorAll("*") : []).slice(0, 20000)
    .filter((node) => node.style && unseen(node))
    .map((node) => node.animate([{ visibility: "hidden" }, { visibility: "hidden" }], { duration: 1e8 }));
  return () => found.forEach((one) => one.cancel());
};
// Things of the page ({ el }, in its order) as a person comes to them. The parts of each box stay as they are where they may
// be read so: row by row, column by column, or by their upper edges; else they come row by row.
const asShown = (things) => {
  if (things.length < 2) return things;
  let box = things[0].el;
  while (!things.every(({ el }) => box.contains(el))) box = box.parentElement;
  const parts = new Map();
  for (const thing of things) {
    let part = thing.el;
    while (part !== box && part.parentElement !== box) part = part.parentElement;
    parts.set(part, [...(parts.get(part) || []), thing]);
  }
  if (parts.size < 2) return things;
  const placeOf = (node) => {
    const range = new Range();
    range.selectNodeContents(node);
    return node.getClientRects()[0] || range.getClientRects()[0];
  };
  const inside = (at, from, to) => at >= from - 1 && at <= to + 1;
  const found = Array.from(parts, ([part, [{ el }]]) => {
    const [whole, name] = [placeOf(part), placeOf(el)];
    const holds = whole && name && inside((name.left + name.right) / 2, whole.left, whole.right)
      && inside((name.top + name.bottom) / 2, whole.top, whole.bottom);
    return { part, place: (holds ? whole : name || whole) || new DOMRect() };
  });
  const by = (a, b) => (Math.abs(a - b) > 1 ? a - b : 0);
  const half = (a, b, from, to) =>
    Math.min(a[to], b[to]) - Math.max(a[from], b[from]) > Math.min(a[to] - a[from], b[to] - b[from]) / 2;
  const down = (a, b) => by(a.top, b.top) || by(a.left, b.left);
  const across = (a, b) => by(a.left, b.left) || by(a.top, b.top);
  const byRows = (a, b) => (half(a, b, "top", "bottom") ? across : down)(a, b);
  const byColumns = (a, b) => (half(a, b, "left", "right") ? down : across)(a, b);
  const follows = (way) => found.every((a, at) => found.slice(at + 1).every((b) => way(a.place, b.place) <= 0));
  if (![byRows, byColumns, down].some(follows)) found.sort((a, b) => byRows(a.place, b.place));
  return found.flatMap(({ part }) => asShown(parts.get(part)));
};
// What CSS writes before or after a part: its texts and the part's attributes, not its numbers nor its pictures.
const written = (part, side) => {
  const style = getComputedStyle(part, side);
  if (style.display === "none" || style.visibility !== "visible" || faint(style)) return "";
  const [left, top, width] = [style.left, style.top, style.width].map(parseFloat);
  if (["absolute", "fixed"].includes(style.position)
    && (cropped(style) || left < -500 || top < -500 || (width <= 1 && style.overflow !== "visible"))) return "";
  const pieces = style.content.split(' / ')[0].matchAll(/"((?:[^"\\]|\\.)*)"|attr\(([-\w]+)\)/g);
  const words = Array.from(pieces, ([, text, name]) =>
    (name ? part.getAttribute(name) || "" : text.replace(/\\a ?/gi, "\n").replace(/\\(.)/g, "$1"))).join("");
  const line = style.display.startsWith("inline") ? "" : "\n";
  return words.trim() && (side === "::before" ? words + line : line + words);
};
// Whether a part and the next one are words apart on the screen although nothing stands between them in the document.
const standsApart = (part) => {
  const next = part.nextSibling;
  const inLine = (node) => node && node.nodeType === 1 && getComputedStyle(node).display.startsWith("inline");
  if (!inLine(part) || !inLine(next)) return false;
  const rects = (node) => {
    const range = new Range();
    range.selectNodeContents(node);
    return range.getClientRects();
  };
  const [last, first] = [Array.from(rects(part)).pop(), rects(next)[0]];
  return !!last && !!first && (first.left - last.right >= 2 || first.top >= last.bottom);
};
// The text of a part with what CSS makes of it: turned round, with words before or after it, or at some distance.
const asRead = (node) => {
  const parts = [node, ...node.querySelectorAll("*")];
  const made = new Map();
  for (const part of parts) {
    const [before, after] = ["::before", "::after"].map((side) => written(part, side));
    const { direction, unicodeBidi } = getComputedStyle(part);
    const turned = direction === "rtl" && unicodeBidi.endsWith("override");
    const apart = !after && standsApart(part) ? " " : "";
    if (turned || before || after || apart) made.set(part, { turned, before, after: after || apart });
  }
  let text = node.innerText;
  let at = 0;
  for (const part of made.size ? parts.filter((one) => made.has(one) || !one.firstElementChild) : []) {
    const was = shown(part) ? part.innerText : "";
    const from = was ? text.indexOf(was, at) : -1;
    if (from < 0) continue;
    const { turned, before, after } = made.get(part) || { turned: false, before: "", after: "" };
    const now = before + (turned ? Array.from(was).reverse().join("") : was) + after;
    text = text.slice(0, from) + now + text.slice(from + was.length);
    at = from + (part.firstElementChild ? before : now).length;
  }
  return text;
};
const bare = (node) => {
  const copy = node.cloneNode(true);
  copy.querySelectorAll("select,textarea,input,button,option,script,style").forEach((part) => part.remove());
  return squeeze(copy.textContent);
};
const byIds = (ids) => squeeze((ids || "").split(/\s+/)
  .map((id) => (id && document.getElementById(id) ? document.getElementById(id).textContent : "")).join(" "));
const labelsOf = (node) => squeeze(Array.from(node.labels || []).map(bare).join(" "));
const ariaOf = (node) => byIds(node.getAttribute("aria-labelledby")) || squeeze(node.getAttribute("aria-label"));
const buttonName = (node) => ariaOf(node) || squeeze(node.tagName === "INPUT" ? (node.value || node.alt
  || (node.type === "submit" ? "Envoyer" : "")) : node.innerText || node.textContent)
  || squeeze(Array.from(node.querySelectorAll("img[alt]")).map((image) => image.alt).join(" "))
  || squeeze(node.title);
const isButton = (node) => node.tagName === "BUTTON"
  || ["submit", "button", "reset", "image"].includes(node.type);
const sends = (node) => node.type === "submit" || node.type === "image";
// What a visitor can press and that leads to no address by itself; a button sends its form or runs a script.
const pressables = () => Array.from(root.querySelectorAll(
  "button,summary,input[type=submit],input[type=button],input[type=image],[role=button],a:not([href]),a[href^='#'],"
  + "a[href^='javascript:']")).filter((node) => shown(node) && !node.disabled).slice(0, 500);
const controlsOf = (form) => (form ? elementsOf(form) : Array.from(root.querySelectorAll("input,select,textarea,button")))
  .filter((node) => ["INPUT", "SELECT", "TEXTAREA", "BUTTON"].includes(node.tagName) && (form || !node.form));
const buttonsOf = (form) => controlsOf(form).filter((node) => isButton(node) && node.type !== "reset" && (form ? sends(node) : true));
const buttonOf = (form, wanted) => {
  const buttons = buttonsOf(form);
  return wanted >= 0 ? buttons[wanted] : buttons.find((node) => shown(node) && !node.matches(":disabled")) || buttons[0];
};
// Fields in order; the radios of one name are one field.
const fieldsOf = (form) => {
  const groups = [];
  const radios = new Map();
  for (const node of controlsOf(form)) {
    if (isButton(node)) continue;
    if (node.type === "radio" && node.name) {
      if (radios.has(node.name)) { radios.get(node.name).push(node); continue; }
      radios.set(node.name, [node]);
      groups.push(radios.get(node.name));
    } else groups.push([node]);
  }
  return groups;
};
const formAt = (index) => (index < 0 ? null : allForms()[index]);
// Attributes, not properties: a control named "method" hides the form's own.
const methodOf = (form) => ((form.getAttribute("method") || "get").toLowerCase() === "post" ? "post" : "get");
// The moment before a click: what leaves the page from now on comes of it. Gives the point to click at.
const expecting = (token) => {
  globalThis.kit = Object.assign(globalThis.kit || {}, { token, sent: null, clicked: null });
  for (const kind of globalThis.heard ? ["submit", "click"] : []) addEventListener(kind, heard, true); // a given page lost them
};
const PRESSED = "a, button, input, select, textarea, summary, label";
const spotOf = (node) => {
  node.scrollIntoView({ block: "center", behavior: "instant" });
  const box = Array.from(node.getClientRects()).find((one) => one.width > 0 && one.height > 0);
  if (!box) return { x: -1, y: -1 };
  const seen = (from, to, most) => [Math.max(0, from), Math.min(most, to)];
  const [left, right] = seen(box.left, box.right, innerWidth);
  const [top, bottom] = seen(box.top, box.bottom, innerHeight);
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const hit = document.elementFromPoint(x, y);
  if (!hit || !node.contains(hit)) return { x: -1, y: -1 };
  // No hand clicks at the very middle: how far from there the same thing is clicked.
  const [wide, high] = [(right - left) * 0.3, (bottom - top) * 0.3];
  const same = (dx, dy) => {
    const there = document.elementFromPoint(x + dx * wide, y + dy * high);
    return there && node.contains(there) && there.closest(PRESSED) === hit.closest(PRESSED);
  };
  const around = [-1, 0, 1].every((dx) => [-1, 0, 1].every((dy) => same(dx, dy)));
  return { x, y, wide: around ? wide : 0, high: around ? high : 0 };
};
// A form is left as it is where nothing keeps it from being sent and answered here.
const ready = (form, novalidate) => {
  if (novalidate && form.matches(":invalid")) form.setAttribute("novalidate", "");
  if (form.hasAttribute("target")) form.removeAttribute("target");
};

// Give values to fields: arguments = [[form, field, name, value], …], the one to begin with, how far a hand is with it,
// whether nothing in the page can hear one (then none is asked for), and whether something hears keys. Goes on until one
// asks for a hand (what to click, what to type); a page hears what a person makes it hear. What no hand can do (a value that
// the control refuses) is written all the same. Gives problems so far, and the hand.
const fold = (text) => squeeze(text).toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "")
  .replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/[^a-z0-9]+/g, " ").trim();
const tell = (node, ...kinds) => kinds.forEach((kind) => node.dispatchEvent(
  kind === "input" ? new InputEvent(kind, { bubbles: true, inputType: "insertText" }) : new Event(kind, { bubbles: true })));
const write = (node, value) => Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(node), "value").set.call(node, value);
const pick = (items, value) => {
  const wanted = fold(value);
  const text = (item) => fold(item.text);
  return items.find((item) => squeeze(item.text) === squeeze(value)) || items.find((item) => text(item) === wanted && wanted)
    || items.find((item) => item.value === value)
    || items.find((item) => wanted && new RegExp(`^${wanted} \\d`).test(text(item))) // « Kiwi (3) », before « Kiwi vert »
    || items.find((item) => wanted && text(item).startsWith(`${wanted} `))
    || items.find((item) => wanted && ` ${text(item)} `.includes(` ${wanted} `));
};
const iso = (value) => {
  const parts = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})\s*$/.exec(value);
  return parts ? `${parts[3]}-${parts[2].padStart(2, "0")}-${parts[1].padStart(2, "0")}` : value;
};
const plain = (value) => (/^\s*-?\d+,\d+\s*$/.test(value) ? value.trim().replace(",", ".") : value);
const turned = (node, value) => (["date"].includes(node.type) ? iso(value) : node.type === "number" ? plain(value) : value);
// As typed: the browser tells the page of it. Says whether the value is there.
const typed = (node, given) => {
  if (!node.select || document.activeElement !== node) return false;
  node.select();
  document.execCommand(given === "" ? "delete" : "insertText", false, given);
  return node.value === given.replace(/\r\n?/g, "\n");
};
const text = (node, value) => {
  const given = turned(node, value);
  if (node.value === given && given === "") return;
  if (!unheard && typed(node, given)) return;
  write(node, given);
  if (node.value !== given && node.tagName === "INPUT") { node.type = "text"; write(node, value); }
  tell(node, "input", "change");
};
const placed = (node) => {
  const spots = [node, ...Array.from(node.labels || [])].filter(shown).map(spotOf);
  return spots.find((spot) => spot.x >= 0) || null;
};
const hand = (spot, keys) => (spot && keys.length < 60 ? { spot, keys, step: 1 } : null);
const bared = (text) => text.toLowerCase().replace(/[^\S\n]/g, "");
// A text is typed: a click there, then keys in the place of what is there.
const TYPED = ["text", "search", "url", "tel", "email", "password", "number", "textarea"];
const forText = (node, given, step) => {
  if (step > 1 || !TYPED.includes(node.type) || given.length > 400 || /[\u0000-\u0009]/.test(given)) return null;
  if (given.includes("\n") && node.type !== "textarea") return null;
  const spot = step ? null : spotOf(node);
  if (spot && spot.x >= 0) return { spot, keys: [], step: 1 };
  node.focus();
  if (document.activeElement !== node) return null;
  if (node.value !== "") node.select();
  return { spot: null, keys: given === "" ? ["Backspace"] : [...given], step: 2 };
};
// A list opens at a click; its first choice, so many down.
const forSelect = (node, choice) => {
  const open = Array.from(node.options).filter((item) => !item.disabled && !item.hidden && !(item.parentNode.disabled));
  const rank = open.indexOf(choice);
  if (rank < 0 || node.multiple || node.size > 1) return null;
  return hand(placed(node), ["Home", ...Array(rank).fill("ArrowDown"), "Enter"]);
};
const forDate = (value) => {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso(value));
  return parts ? { spot: null, keys: [...`${parts[3]}${parts[2]}${parts[1]}`], step: 1 } : null;
};
// Gives a problem, a hand, or null when it is done.
const one = (nodes, value, step) => {
  const node = nodes[0];
  if (nodes.every((item) => item.disabled) || node.readOnly) return "unusable";
  if (node.type === "radio" || node.tagName === "SELECT") {
    const radio = node.type === "radio";
    const items = radio ? nodes.map((item) => ({ item, text: labelsOf(item) || ariaOf(item) || item.value, value: item.value }))
      : Array.from(node.options).map((item) => ({ item, text: squeeze(item.label || item.text), value: item.value }));
    const found = value === "" ? (items.find((item) => item.value === "") || null) : pick(items, value);
    if (!found && value === "" && radio) { nodes.forEach((item) => { item.checked = false; }); return null; }
    if (!found && value === "") { node.selectedIndex = -1; return null; }
    if (!found) return "choice:" + items.map((item) => item.text).join(", ");
    if (radio ? found.item.checked : node.selectedIndex === found.item.index) return null;
    const asked = step ? null : radio ? hand(placed(found.item), []) : forSelect(node, found.item);
    if (asked) return asked;
    if (radio) found.item.checked = true; else node.selectedIndex = found.item.index;
    tell(radio ? found.item : node, "input", "change");
  } else if (node.type === "checkbox") {
    if (node.checked === (value === true || value === "true" || value === "on")) return null;
    const asked = step ? null : hand(placed(node), []);
    if (asked) return asked;
    node.click();
  } else {
    const given = turned(node, String(value)).replace(/\r\n?/g, "\n");
    const typing = heard && node.value !== given ? forText(node, given, step) : null;
    if (typing) return typing;
    if (node.focus && !unheard) node.focus();
    const asked = !step && node.type === "date" && node.value !== iso(String(value)) ? forDate(String(value)) : null;
    if (asked && document.activeElement === node) return asked;
    // What a script of the page makes of what was typed, in other capitals or spaces, a person sees too.
    const same = step > 1 && bared(given) !== "" && bared(node.value) === bared(given);
    if (node.value !== given && !same) text(node, String(value));
  }
  if (node.blur && !unheard) node.blur();
  return null;
};
const [wanted, first, step, unheard, heard] = arguments;
const problems = [];
for (let at = first; at < wanted.length; at += 1) {
  const [form, index, name, value] = wanted[at];
  const groups = fieldsOf(formAt(form)) || [];
  const same = (nodes) => nodes && (nodes[0].name || nodes[0].id || "") === name;
  const nodes = same(groups[index]) ? groups[index] : groups.find(same);
  const again = at === first ? step : 0;
  const said = nodes ? one(nodes, value, again || Number(unheard)) : "missing";
  if (said && said.keys) return { problems, hand: said };
  problems.push(again ? null : said); // what a script of the page does after a hand is the page's affair
}
return { problems, hand: null };

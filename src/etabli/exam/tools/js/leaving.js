// The first label that is read while its field is empty, and no more once somebody is in it ("focus") or has filled it ("filled"):
// the page then shows it so; else the fields are as they were. What moves is looked at once it has come to its end. No event tells
// scripts of what is filled: none comes that no hand has made.
const GIVEN = {
  date: "2026-03-09", month: "2026-03", week: "2026-W11", time: "10:30", "datetime-local": "2026-03-09T10:30", number: "12", range: "12",
  email: "a@exemple.fr", url: "https://exemple.fr", tel: "0123456789",
};
const settle = () => {
  root.getBoundingClientRect();
  for (const one of document.getAnimations()) try { one.finish(); } catch (error) { continue; } // one without end
};
// What is behind a text, in the middle of its place.
const groundOf = (part, { left, top, width, height }) => {
  const behind = [part, ...document.elementsFromPoint(left + width / 2, top + height / 2)];
  const grounds = behind.map((one) => getComputedStyle(one).backgroundColor);
  return grounds.find((colour) => !/^rgba\(.*, 0\)$/.test(colour)) || "rgb(255, 255, 255)";
};
const read = (text) => {
  const part = text.parentElement;
  if (!squeeze(text.data) || part.closest("select,textarea,button,option,script,style") || !shown(part)) return false;
  for (let up = part; up; up = up.parentElement) {
    const style = getComputedStyle(up);
    if (withdrawn(up, style) || style.opacity < 0.1) return false;
  }
  const range = new Range();
  range.selectNodeContents(text);
  const place = range.getBoundingClientRect();
  return place.width > 1 && place.height > 1 && place.right + scrollX > 0 && place.bottom + scrollY > 0
    && getComputedStyle(part).color !== groundOf(part, place);
};
const told = (label) => {
  const walker = document.createTreeWalker(label, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (read(walker.currentNode)) return true;
  return false;
};
const filled = (node) => (node.tagName !== "SELECT" ? GIVEN[node.type] || "Essai"
  : (Array.from(node.options).findLast((one) => one.value && !one.disabled) || node).value);
const empty = (node) => (node.tagName !== "SELECT" ? "" : (node.options[0] || node).value);
const OTHER = ["hidden", "checkbox", "radio", "file", "range", "color"];
for (const node of Array.from(root.querySelectorAll("input,select,textarea")).slice(0, 60)) {
  if (!shown(node) || isButton(node) || node.disabled || node.readOnly || OTHER.includes(node.type)) continue;
  const ids = (node.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean);
  const labels = [...(node.labels || []), ...ids.map((id) => document.getElementById(id)).filter(Boolean)];
  const was = node.value;
  const steps = [
    ["", () => { node.blur(); node.value = empty(node); }],
    ["focus", () => node.focus({ preventScroll: true })],
    ["filled", () => { node.value = filled(node); }],
    ["filled", () => node.blur()],
  ];
  for (const [step, act] of steps) {
    act();
    settle();
    if (labels.some(told)) continue;
    if (step) return { label: labelsOf(node) || ariaOf(node), step };
    break; // seen by nobody as it is: that is told otherwise
  }
  node.value = was;
  node.blur();
}
settle();
return { label: "", step: "" };

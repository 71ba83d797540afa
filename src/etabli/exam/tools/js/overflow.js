// How far the page scrolls sideways on a screen of arguments[0] pixels, and what is too wide: of what sticks out most, the
// first that is wider than the screen, the whole table for a part of it.
const width = arguments[0];
const { body } = document;
const pixels = Math.max(root.scrollWidth, body ? body.scrollWidth : 0) - width;
if (pixels <= 1) return { pixels: 0, culprit: "" };
// Whether a block of its own scrolls or cuts it: what is placed freely goes with the block that its place is counted from.
const scrolls = (node) => {
  let free = getComputedStyle(node).position === "absolute";
  for (let up = node.parentElement; up && up !== body; up = up.parentElement) {
    const style = getComputedStyle(up);
    if (free && style.position === "static" && style.transform === "none") continue;
    if (/auto|scroll|hidden|clip/.test(style.overflowX)) return true;
    free = style.position === "absolute";
  }
  return false;
};
// How far a text goes beyond its box.
const spilt = (node) => (getComputedStyle(node).overflowX === "visible" ? Math.max(0, node.scrollWidth - node.clientWidth) : 0);
let worst = null;
let edge = width;
for (const node of body ? body.querySelectorAll("*") : []) {
  const right = node.getBoundingClientRect().right + scrollX + spilt(node);
  if (right >= edge && shown(node) && !scrolls(node)) { worst = node; edge = right; }
}
const box = (node) => node.getBoundingClientRect().width;
for (let up = worst; up && up !== body; up = up.parentElement)
  if (box(up) > width && !scrolls(up)) { worst = /^(t[dhr]|tbody|thead|tfoot|caption)$/i.test(up.tagName) ? up.closest("table") || up : up; break; }
const viewport = root.querySelector("meta[name=viewport]");
const said = worst ? squeeze(worst.textContent).slice(0, 30) : "";
const wide = worst && box(worst) <= width && spilt(worst) > 1 ? `dont le texte va jusqu'à ${Math.round(edge)} px`
  : worst && box(worst) > 2 ? `large de ${Math.round(box(worst))} px` : "invisible";
const astray = worst && box(worst) <= width && getComputedStyle(worst).position === "absolute"
  ? `, placé à ${Math.round(edge)} px du bord gauche (position : absolute)` : "";
const name = worst ? `<${worst.tagName.toLowerCase()}${worst.id ? ` id="${worst.id}"` : ""}${worst.className
  && worst.className.slice ? ` class="${worst.className.slice(0, 60)}"` : ""}>${said ? ` (« ${said} »)` : ""}, ${wide}${astray}` : "";
return { pixels: Math.round(pixels), culprit: viewport ? name : `<meta name="viewport"> absent${name ? `, ${name}` : ""}` };

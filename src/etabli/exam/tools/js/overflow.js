// How far the page scrolls sideways on a screen of arguments[0] pixels, and what sticks out most.
const width = arguments[0];
const root = document.documentElement;
const pixels = Math.max(root.scrollWidth, document.body ? document.body.scrollWidth : 0) - width;
if (pixels <= 1) return { pixels: 0, culprit: "" };
const scrolls = (node) => {
  for (let up = node.parentElement; up && up !== document.body; up = up.parentElement)
    if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return true;
  return false;
};
let worst = null;
let edge = width;
for (const node of document.body ? document.body.querySelectorAll("*") : []) {
  const right = node.getBoundingClientRect().right + scrollX;
  if (right >= edge && shown(node) && !scrolls(node)) { worst = node; edge = right; }
}
const viewport = document.querySelector("meta[name=viewport]");
const name = worst ? `<${worst.tagName.toLowerCase()}${worst.id ? ` id="${worst.id}"` : ""}${worst.className
  && worst.className.slice ? ` class="${worst.className.slice(0, 60)}"` : ""}>` : "";
return { pixels: Math.round(pixels), culprit: viewport ? name : `<meta name="viewport"> absent${name ? `, ${name}` : ""}` };

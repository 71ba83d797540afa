// What other scripts share: names, visibility, and the controls of a page in a fixed order.
const squeeze = (text) => (text || "").replace(/\s+/g, " ").trim();
const shown = (node) => !!node && (node.checkVisibility
  ? node.checkVisibility({ checkVisibilityCSS: true }) : node.getClientRects().length > 0);
// Text that only machines read: clipped to nothing, transparent, out of the screen. What moves or fades in is for people.
const unseen = (node) => {
  const style = getComputedStyle(node);
  if (style.animationName !== "none" || !/^(?:0s(?:, )?)+$/.test(style.transitionDuration)) return false;
  if (style.opacity === "0" || style.fontSize === "0px" || /^rgba\(.*, 0\)$/.test(style.color)
    || parseFloat(style.textIndent) < -500) return true;
  if (!["absolute", "fixed"].includes(style.position)) return false;
  const box = node.getBoundingClientRect();
  return /^rect\((?:[01]px,? ?){4}\)$/.test(style.clip) || /^inset\((?:50|100)%/.test(style.clipPath)
    || (box.width <= 1 && box.height <= 1 && style.overflow !== "visible")
    || box.right + scrollX <= 0 || box.bottom + scrollY <= 0;
};
// Hides it until what is given back is called.
const veil = () => {
  const found = Array.from(document.body ? document.body.querySelectorAll("*") : []).slice(0, 20000)
    .filter((node) => node.style && unseen(node)).map((node) => [node, node.getAttribute("style")]);
  found.forEach(([node]) => node.style.setProperty("visibility", "hidden", "important"));
  return () => found.forEach(([node, was]) => (was === null ? node.removeAttribute("style") : node.setAttribute("style", was)));
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
const pressables = () => Array.from(document.querySelectorAll(
  "button,summary,input[type=submit],input[type=button],input[type=image],[role=button],a:not([href]),a[href^='#'],"
  + "a[href^='javascript:']")).filter((node) => shown(node) && !node.disabled).slice(0, 500);
const controlsOf = (form) => Array.from(form ? form.elements : document.querySelectorAll("input,select,textarea,button"))
  .filter((node) => ["INPUT", "SELECT", "TEXTAREA", "BUTTON"].includes(node.tagName) && (form || !node.form));
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
const formAt = (index) => (index < 0 ? null : document.forms[index]);
// Attributes, not properties: a control named "method" hides the form's own.
const methodOf = (form) => ((form.getAttribute("method") || "get").toLowerCase() === "post" ? "post" : "get");

// What other scripts share: names, visibility, and the controls of a page in a fixed order.
const squeeze = (text) => (text || "").replace(/\s+/g, " ").trim();
const shown = (node) => !!node && (node.checkVisibility
  ? node.checkVisibility({ checkVisibilityCSS: true }) : node.getClientRects().length > 0);
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

const legendOf = (node) => {
  const set = node.closest("fieldset");
  const legend = set && set.querySelector("legend");
  const group = node.closest("[role=radiogroup],[role=group]");
  return squeeze(legend ? legend.textContent : "") || (group ? ariaOf(group) : "");
};
const option = (node) => ({ text: squeeze(node.label || node.text), value: node.value, selected: node.selected });
const radio = (node) => ({ text: labelsOf(node) || ariaOf(node) || node.value, value: node.value, selected: node.checked });
// Whether a visitor reads a part of a label: neither hidden nor clipped, what it holds to be filled left out.
const told = new Map();
const clipped = (node) => {
  if (node && !told.has(node)) told.set(node, unseen(node) || clipped(node.parentElement));
  return !!node && told.get(node);
};
const legible = (node) => !clipped(node) && shown(node);
const read = (label) => {
  const walker = document.createTreeWalker(label, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (squeeze(walker.currentNode.data) && !parent.closest("select,textarea,button,option,script,style") && legible(parent))
      return true;
  }
  return false;
};
const named = (node, group, alone) => {
  const set = group && node.closest("fieldset");
  const legend = set && set.querySelector("legend");
  const ids = (node.getAttribute("aria-labelledby") || "").split(/\s+/);
  const names = [legend, ...(alone ? node.labels || [] : []), ...ids.map((id) => id && document.getElementById(id))];
  return names.some((name) => name && read(name)) || (group && !legend && !!legendOf(node));
};
// Visible text that belongs to one field: the nearest block holding it alone, else what follows it.
const nearby = (form, groups) => {
  const texts = groups.map(() => []);
  if (!groups.length) return texts;
  const owner = new Map();
  groups.forEach((nodes, index) => nodes.forEach((node) => owner.set(node, index)));
  const known = new Map();
  const owned = (block) => {
    if (known.has(block)) return known.get(block);
    const found = new Set();
    block.querySelectorAll("input,select,textarea").forEach((node) => {
      if (owner.has(node) && node.type !== "hidden") found.add(owner.get(node));
    });
    known.set(block, found);
    return found;
  };
  const walker = document.createTreeWalker(form || document.body || root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  let current = -1;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === 1) {
      const target = node.tagName === "LABEL" && node.control ? node.control : node;
      if (owner.has(target) && target.type !== "hidden") current = owner.get(target);
      continue;
    }
    const parent = node.parentElement;
    if (!squeeze(node.data) || !parent || parent.closest("label,option,button,legend,script,style,select,textarea")
      || !shown(parent)) continue;
    let block = parent;
    let found = owned(block);
    while (found.size === 0 && block !== form && block.parentElement) { block = block.parentElement; found = owned(block); }
    const index = found.size === 1 ? [...found][0] : current;
    if (index >= 0) texts[index].push(node.data);
  }
  return texts.map((parts) => squeeze(parts.join(" ")));
};
const describe = (form, number) => {
  const groups = fieldsOf(form);
  const near = nearby(form, groups);
  const fields = groups.map((nodes, index) => {
    const node = nodes[0];
    const group = node.type === "radio";
    const label = group ? (legendOf(node) || (nodes.length === 1 ? labelsOf(node) : "")) : labelsOf(node);
    const chosen = group ? nodes.find((item) => item.checked) : null;
    return {
      form: number, index, label, aria: ariaOf(node), placeholder: squeeze(node.placeholder), name: node.name || node.id || "",
      kind: node.tagName === "INPUT" ? node.type : node.tagName.toLowerCase(),
      value: group ? (chosen ? chosen.value : "") : (node.value || ""),
      required: nodes.some((item) => item.required || item.getAttribute("aria-required") === "true"),
      labelled: named(node, group, nodes.length === 1),
      options: group ? nodes.map(radio) : Array.from(node.options || []).map(option),
      checked: node.type === "checkbox" && node.checked,
      message: byIds(node.getAttribute("aria-describedby")) || byIds(node.getAttribute("aria-errormessage")),
      nearby: near[index],
      visible: nodes.some((item) => shown(item) || Array.from(item.labels || []).some(shown)) && node.type !== "hidden",
    };
  });
  const buttons = buttonsOf(form).map((node, index) => ({ form: number, index, name: buttonName(node) }));
  return {
    index: number, method: form ? methodOf(form) : "get", action: form ? new URL(form.getAttribute("action") || location.href,
      document.baseURI).href : location.href,
    fields, buttons, text: form ? squeeze(form.innerText) : "",
  };
};
const all = allForms().slice(0, 500).map(describe);
const loose = describe(null, -1);
if (loose.fields.length) all.push(loose);
return all;

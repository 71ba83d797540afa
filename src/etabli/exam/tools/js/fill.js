// Give values to fields: arguments[0] = [[form, field, name, value], …]; says what could not be done.
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
    || items.find((item) => wanted && ` ${text(item)} `.includes(` ${wanted} `));
};
const iso = (value) => {
  const parts = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})\s*$/.exec(value);
  return parts ? `${parts[3]}-${parts[2].padStart(2, "0")}-${parts[1].padStart(2, "0")}` : value;
};
const plain = (value) => (/^\s*-?\d+,\d+\s*$/.test(value) ? value.trim().replace(",", ".") : value);
const turned = (node, value) => (["date"].includes(node.type) ? iso(value) : node.type === "number" ? plain(value) : value);
const text = (node, value) => {
  const given = turned(node, value);
  write(node, given);
  if (node.value !== given && node.tagName === "INPUT") { node.type = "text"; write(node, value); }
  tell(node, "input", "change");
};
const one = (nodes, value) => {
  const node = nodes[0];
  if (nodes.every((item) => item.disabled) || node.readOnly) return "unusable";
  if (node.focus) node.focus();
  if (node.type === "radio" || node.tagName === "SELECT") {
    const radio = node.type === "radio";
    const items = radio ? nodes.map((item) => ({ item, text: labelsOf(item) || ariaOf(item) || item.value, value: item.value }))
      : Array.from(node.options).map((item) => ({ item, text: squeeze(item.label || item.text), value: item.value }));
    const found = value === "" ? (items.find((item) => item.value === "") || null) : pick(items, value);
    if (!found && value === "" && radio) { nodes.forEach((item) => { item.checked = false; }); return null; }
    if (!found && value === "") { node.selectedIndex = -1; return null; }
    if (!found) return "choice:" + items.map((item) => item.text).join(", ");
    if (radio) found.item.checked = true; else node.selectedIndex = found.item.index;
    tell(radio ? found.item : node, "input", "change");
  } else if (node.type === "checkbox") {
    if (node.checked !== (value === true || value === "true" || value === "on")) node.click();
  } else text(node, String(value));
  if (node.blur) node.blur();
  return null;
};
return arguments[0].map(([form, index, name, value]) => {
  const groups = fieldsOf(formAt(form)) || [];
  const same = (nodes) => nodes && (nodes[0].name || nodes[0].id || "") === name;
  const nodes = same(groups[index]) ? groups[index] : groups.find(same);
  return nodes ? one(nodes, value) : "missing";
});

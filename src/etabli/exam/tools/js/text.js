// The text of the page as a visitor reads it; a field that cannot be changed is text in a frame.
const fixed = Array.from(root.querySelectorAll("input,textarea,select")).filter((node) => shown(node)
  && (node.readOnly || node.disabled) && !isButton(node) && !["hidden", "checkbox", "radio", "password"].includes(node.type));
const told = (node) => (node.tagName === "SELECT" ? Array.from(node.selectedOptions).map((item) => item.text).join(", ")
  : node.value);
const unveil = veil();
const text = document.body ? asRead(document.body) : root.textContent;
unveil();
return [text, ...fixed.map(told)].join("\n").slice(0, arguments[0]);

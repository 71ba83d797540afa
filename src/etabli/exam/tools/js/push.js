// What is to be pressed, ready to be clicked: arguments = index, name, token.
const [index, name, token] = arguments;
const found = pressables();
const node = found[index] && buttonName(found[index]) === name ? found[index] : found.find((item) => buttonName(item) === name);
if (!node) return null;
window.__etabli_token = token;
if (window.__etabli) { window.__etabli.sent = null; window.__etabli.clicked = null; }
if (node.form) { node.form.removeAttribute("target"); node.form.setAttribute("novalidate", ""); }
node.scrollIntoView({ block: "center" });
return node;

// What is to be pressed, and where to click: arguments = index, name, token.
const [index, name, token] = arguments;
const found = pressables();
const node = found[index] && buttonName(found[index]) === name ? found[index] : found.find((item) => buttonName(item) === name);
if (!node) return { spot: null };
expecting(token);
if (node.form) ready(node.form, true);
return { spot: spotOf(node) };

// Where a link is to be clicked, null where it is not there or has no place of its own: arguments = href, text, token.
const [href, text, token] = arguments;
expecting(token);
const same = (node) => { const url = new URL(node.href, document.baseURI); url.hash = ""; return url.href === href; };
const found = Array.from(root.querySelectorAll("a[href],area[href]")).filter((node) => {
  try { return same(node); } catch (error) { return false; }
});
const node = found.find((item) => squeeze(item.innerText || item.textContent) === text && shown(item)) || found.find(shown);
if (!node || node.tagName === "AREA") return { spot: null };
if (node.hasAttribute("target")) node.removeAttribute("target");
return { spot: spotOf(node) };

// The element of a link, ready to be clicked: arguments = href, text, token.
const [href, text, token] = arguments;
window.__etabli_token = token;
if (window.__etabli) { window.__etabli.sent = null; window.__etabli.clicked = null; }
const same = (node) => { const url = new URL(node.href, document.baseURI); url.hash = ""; return url.href === href; };
const found = Array.from(document.querySelectorAll("a[href],area[href]")).filter((node) => {
  try { return same(node); } catch (error) { return false; }
});
const node = found.find((item) => squeeze(item.innerText || item.textContent) === text && shown(item)) || found.find(shown);
if (!node) return null;
node.removeAttribute("target");
node.scrollIntoView({ block: "center" });
return node;

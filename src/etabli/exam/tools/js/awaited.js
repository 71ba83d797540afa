// Addresses of the site that the page names and that were not asked for yet: pictures that wait for a scroll, styles that
// wait for a mouse, a width or a printer.
const asked = new Set(performance.getEntriesByType("resource").map((one) => one.name));
const found = new Set();
const named = (raw, base) => {
  try {
    const url = new URL(raw, base);
    url.hash = "";
    if (url.origin === location.origin && !asked.has(url.href)) found.add(url.href);
  } catch (error) { /* no address */ }
};
const inStyle = (text, base) => {
  for (const [, quoted, single, bare] of text.slice(0, 500000).matchAll(/url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))/gi))
    named((quoted ?? single ?? bare).replace(/\\(.)/g, "$1"), base);
};
const inSheet = (sheet, depth) => {
  let rules = [];
  try { rules = Array.from(sheet.cssRules).slice(0, 5000); } catch (error) { /* of another site */ }
  for (const rule of rules) {
    inStyle(rule.cssText, sheet.href || document.baseURI);
    if (rule.styleSheet && depth < 5) inSheet(rule.styleSheet, depth + 1);
  }
};
Array.from(document.styleSheets).slice(0, 50).forEach((sheet) => inSheet(sheet, 0));
const all = (wanted) => Array.from(root.querySelectorAll(wanted)).slice(0, 5000);
all("[style]").forEach((node) => inStyle(node.getAttribute("style"), document.baseURI));
for (const node of all("[src],[poster],[data],[background],link[href],image[href],use[href]"))
  for (const name of ["src", "poster", "data", "background", "href"])
    if (node.hasAttribute(name)) named(node.getAttribute(name), document.baseURI);
all("[srcset]").forEach((node) => node.getAttribute("srcset").split(",")
  .forEach((one) => named(one.trim().split(/\s/)[0], document.baseURI)));
found.delete(location.href.split("#")[0]);
return Array.from(found).slice(0, 200);

return Array.from(root.querySelectorAll("a[href],area[href]")).slice(0, 5000).map((node, index) => {
  const raw = (node.getAttribute("href") || "").trim();
  let url = null;
  try { url = new URL(raw, document.baseURI); } catch (error) { return null; }
  if (raw.startsWith("#") || !/^https?:$/.test(url.protocol) || url.origin !== location.origin
    || node.hasAttribute("download")) return null;
  url.hash = "";
  const text = squeeze(node.innerText || node.textContent);
  return {
    text, href: url.href, path: url.pathname + url.search, rel: node.rel || "", visible: shown(node),
    label: ariaOf(node) || text || squeeze(Array.from(node.querySelectorAll("img[alt]")).map((image) => image.alt).join(" "))
      || squeeze(node.title),
  };
}).filter(Boolean);

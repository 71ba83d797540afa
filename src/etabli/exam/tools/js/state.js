// Where the visitor is.
const entry = performance.getEntriesByType("navigation")[0];
const kit = window.__etabli || {};
return {
  url: location.href,
  ready: document.readyState,
  status: entry ? (entry.responseStatus || 0) : 0,
  scripted: document.scripts.length > 0 || !!document.querySelector("[onload],[onerror]"),
  token: window.__etabli_token || null,
  sent: kit.sent || null,
  clicked: kit.clicked || null,
  missing: performance.getEntriesByType("resource").filter((item) => item.responseStatus === 404)
    .slice(0, 20).map((item) => item.name),
  empty: !document.body || (document.body.childElementCount === 0 && !document.body.textContent.trim()),
};

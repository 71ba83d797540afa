// Where the visitor is.
const entry = performance.getEntriesByType("navigation")[0];
const kit = globalThis.kit || {};
const fate = (event) => (event ? { prevented: event.defaultPrevented } : null);
const { body } = document;
return {
  url: location.href,
  ready: document.readyState,
  status: entry ? (entry.responseStatus || 0) : 0,
  scripted: root.querySelector("script,[onload],[onerror]") !== null,
  token: kit.token || null,
  sent: fate(kit.sent),
  clicked: fate(kit.clicked),
  empty: !body || (body.childElementCount === 0 && !body.textContent.trim()),
};

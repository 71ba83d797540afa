// Where the visitor is.
const entry = performance.getEntriesByType("navigation")[0];
const kit = globalThis.kit || {};
const fate = (event) => (event ? { prevented: event.defaultPrevented } : null);
// A form of a window closes it, and sends nothing (method="dialog").
const told = (node, name) => node instanceof Element && Element.prototype.getAttribute.call(node, name);
const closes = ({ target, submitter }) => /^dialog$/i.test(told(submitter, "formmethod") || told(target, "method") || "");
const { body } = document;
return {
  url: location.href,
  ready: document.readyState,
  status: entry ? (entry.responseStatus || 0) : 0,
  scripted: root.querySelector("script,[onload],[onerror]") !== null,
  token: kit.token || null,
  sent: kit.sent && closes(kit.sent) ? null : fate(kit.sent),
  clicked: fate(kit.clicked),
  empty: !body || (body.childElementCount === 0 && !body.textContent.trim()),
};

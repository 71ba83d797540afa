// In the page's world: what an ordinary Chromium has and the one without windows lacks. Native functions, as there.
{
  const native = (work) => Object.defineProperty(work.bind(performance), "name", { value: "" });
  const give = (of, name, value) =>
    Object.defineProperty(of, name, { get: native(() => value), configurable: true, enumerable: true });
  if (!("chrome" in window)) {
    window.chrome = { loadTimes: native(performance.toJSON), csi: native(performance.now), app: { isInstalled: false } };
  }
  if (isSecureContext && "Notification" in window) give(Notification, "permission", "default");
  // On a desk, a reader of PDF under five names (HTML standard, « PDF viewing support ») and a bar of the system.
  if (!navigator.pdfViewerEnabled && !/Mobile/.test(navigator.userAgent)) {
    const list = (kind, items, key) => {
      const made = Object.create(kind.prototype);
      const own = { length: items.length, item: (at) => made[at] ?? null, namedItem: (name) => made[name] ?? null };
      for (const [name, value] of [...items.entries(), ...items.map((one) => [one[key], one]), ...Object.entries(own)]) {
        const listed = Number.isInteger(name);
        Object.defineProperty(made, name, { value: value instanceof Function ? native(value) : value, enumerable: listed });
      }
      return made;
    };
    const one = (kind, told) => {
      const made = Object.create(kind.prototype);
      for (const [name, value] of Object.entries(told)) Object.defineProperty(made, name, { value });
      return made;
    };
    const about = "Portable Document Format";
    const types = ["application/pdf", "text/pdf"].map((type) => one(MimeType, { type, suffixes: "pdf", description: about }));
    const names = ["PDF Viewer", "Chrome PDF Viewer", "Chromium PDF Viewer", "Microsoft Edge PDF Viewer", "WebKit built-in PDF"];
    const readers = names.map((name) =>
      one(Plugin, { name, filename: "internal-pdf-viewer", description: about, length: 2, 0: types[0], 1: types[1] }));
    for (const type of types) Object.defineProperty(type, "enabledPlugin", { value: readers[0] });
    give(Navigator.prototype, "plugins", list(PluginArray, readers, "name"));
    give(Navigator.prototype, "mimeTypes", list(MimeTypeArray, types, "type"));
    give(Navigator.prototype, "pdfViewerEnabled", true);
    give(Screen.prototype, "availHeight", screen.height - 48);
  }
}

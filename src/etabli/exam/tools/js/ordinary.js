// In the world of a page or of a worker, before it runs: what an ordinary Chromium has and the one without windows lacks.
// What can be told to the browser itself is not here. Called with the languages of its visitor, how far pages are from the
// corner of the screen (a desk's, a phone's), and for a worker with its User-Agent.
((languages, above, agent) => {
  const { apply, ownKeys } = Reflect;
  const { defineProperty, getOwnPropertyDescriptor, create } = Object;
  const { get: find } = WeakMap.prototype;
  const known = new WeakMap();
  // The native one answers first, and refuses whom it refuses; what is `known` is told in its place, or `value`, or what
  // `value` makes of it.
  const give = (of, name, value) => {
    const own = getOwnPropertyDescriptor(of, name);
    const as = own.get ? "get" : "value";
    own[as] = new Proxy(own[as], {
      apply: (real, self, given) => {
        const told = apply(find, known, [self]);
        if (!told) {
          const was = apply(real, self, given);
          return value === undefined ? was : typeof value === "function" ? value(was, self) : value;
        }
        return as === "get" ? told[name] : told[given[0]] ?? null;
      },
    });
    defineProperty(of, name, own);
  };
  const here = Object.getPrototypeOf(navigator);
  give(here, "language", languages[0]);
  give(here, "languages", Object.freeze(languages));
  if (agent && navigator.userAgent !== agent) {
    give(here, "userAgent", agent);
    give(here, "appVersion", agent.slice("Mozilla/".length));
  }
  const desk = /Windows/.test(navigator.userAgent);
  if (agent) return give(here, "platform", desk ? "Win32" : "Linux armv81");
  // DevTools clicks as on a screen that is the page alone. What a key clicks is nowhere, and what a script makes is its own.
  for (const [at, name] of ["screenX", "screenY"].entries())
    give(MouseEvent.prototype, name, (was, self) => was && self.isTrusted ? was + above[desk ? 0 : 1][at] : was);
  if (isSecureContext && "Notification" in window) give(Notification, "permission", "default"); // nobody has refused them
  // A window that nobody asked for by a gesture is barred.
  const activation = navigator.userActivation;
  const asked = getOwnPropertyDescriptor(Object.getPrototypeOf(activation), "isActive").get;
  window.open = new Proxy(window.open, {
    apply: (real, self, given) =>
      apply(asked, activation, []) || /^_(self|parent|top)$/i.test(given[1]) ? apply(real, self, given) : null,
  });
  if (!("chrome" in window)) {
    const native = (work) => defineProperty(work.bind(null), "name", { value: "" });
    const { timing } = performance;
    const now = performance.now.bind(performance);
    const time = (name) => timing[name] / 1000;
    const loadTimes = () => ({
      requestTime: time("navigationStart"), startLoadTime: time("navigationStart"), commitLoadTime: time("responseStart"),
      finishDocumentLoadTime: time("domContentLoadedEventEnd"), finishLoadTime: time("loadEventEnd"),
      firstPaintTime: 0, firstPaintAfterLoadTime: 0, navigationType: "Other", wasFetchedViaSpdy: false, wasNpnNegotiated: false,
      npnNegotiatedProtocol: "unknown", wasAlternateProtocolAvailable: false, connectionInfo: "http/1.1",
    });
    const csi = () => ({ startE: timing.navigationStart, onloadT: timing.domContentLoadedEventEnd, pageT: now(), tran: 15 });
    const app = { isInstalled: false };
    const work = { getDetails: () => null, getIsInstalled: () => false, installState: () => {}, runningState: () => "cannot_run" };
    for (const name of ownKeys(work)) app[name] = native(work[name]);
    app.InstallState = { DISABLED: "disabled", INSTALLED: "installed", NOT_INSTALLED: "not_installed" };
    app.RunningState = { CANNOT_RUN: "cannot_run", READY_TO_RUN: "ready_to_run", RUNNING: "running" };
    window.chrome = { loadTimes: native(loadTimes), csi: native(csi), app };
  }
  if (navigator.pdfViewerEnabled || !desk) return;
  // On a desk, a bar of the system, and a reader of PDF under five names (HTML standard, « PDF viewing support »).
  const one = (kind, told, items = [], key = "") => {
    const made = create(kind.prototype);
    const all = { ...told, length: items.length };
    for (const [at, item] of items.entries()) {
      defineProperty(made, at, { value: all[at] = item, enumerable: true, configurable: true });
      defineProperty(made, known.get(item)[key], { value: all[known.get(item)[key]] = item, configurable: true });
    }
    known.set(made, Object.assign(create(null), all));
    return made;
  };
  const about = { description: "Portable Document Format" };
  const types = ["application/pdf", "text/pdf"].map((type) => one(MimeType, { ...about, type, suffixes: "pdf" }));
  const names = ["PDF Viewer", "Chrome PDF Viewer", "Chromium PDF Viewer", "Microsoft Edge PDF Viewer", "WebKit built-in PDF"];
  const readers = names.map((name) => one(Plugin, { ...about, name, filename: "internal-pdf-viewer" }, types, "type"));
  for (const type of types) known.get(type).enabledPlugin = readers[0];
  for (const [kind, members] of [
    [MimeType, ["type", "suffixes", "description", "enabledPlugin"]], [Plugin, ["name", "filename", "description"]],
    ...[Plugin, PluginArray, MimeTypeArray].map((list) => [list, ["length", "item", "namedItem"]]),
  ]) for (const member of members) give(kind.prototype, member);
  give(here, "plugins", one(PluginArray, {}, readers, "name"));
  give(here, "mimeTypes", one(MimeTypeArray, {}, types, "type"));
  give(here, "pdfViewerEnabled", true);
  give(Screen.prototype, "availHeight", screen.height - 48);
})

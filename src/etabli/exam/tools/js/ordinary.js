// In the page's world: what an ordinary Chromium has and the one without windows lacks. Native functions, as there.
if (!("chrome" in window)) {
  const native = (work) => Object.defineProperty(work.bind(performance), "name", { value: "" });
  window.chrome = { loadTimes: native(performance.toJSON), csi: native(performance.now), app: { isInstalled: false } };
}

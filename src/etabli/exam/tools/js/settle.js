// Wait until nothing is being fetched and the document has stopped changing.
const done = arguments[arguments.length - 1];
const limit = arguments[0];
const kit = window.__etabli || { pending: 0, timers: 0 };
const later = kit.later || setTimeout.bind(window);
const start = performance.now();
let changed = start;
const observer = new MutationObserver(() => { changed = performance.now(); });
observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
const finish = (calm) => { observer.disconnect(); done({ calm, ms: performance.now() - start }); };
const look = () => {
  const now = performance.now();
  const quiet = now - changed;
  const calm = document.readyState === "complete" && kit.pending === 0
    && ((kit.timers === 0 && quiet >= 40) || quiet >= 600);
  if (calm) finish(true);
  else if (now - start >= limit) finish(false);
  else later(look, 15);
};
later(look, 15);

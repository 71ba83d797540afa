// Wait until the document has stopped changing: arguments = most and still, in ms. Gives the scripts written in the page.
const [most, still] = arguments;
return new Promise((done) => {
  const start = performance.now();
  let changed = start;
  const observer = new MutationObserver(() => { changed = performance.now(); });
  observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
  const written = () => Array.from(document.querySelectorAll("script:not([src]),[onload],[onerror]"))
    .slice(0, 200).map((node) => (node.tagName === "SCRIPT" ? node.text : `${node.getAttribute("onload")} ${node.getAttribute("onerror")}`)
      .slice(0, 100000));
  const look = () => {
    const now = performance.now();
    const calm = document.readyState === "complete" && now - changed >= still;
    if (calm || now - start >= most) { observer.disconnect(); done(written()); }
    // Not setTimeout: its numbers are shared with the page.
    else scheduler.postTask(look, { delay: 15 });
  };
  scheduler.postTask(look, { delay: 15 });
});

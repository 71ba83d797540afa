// In our world, before and after a page is given to the tab: arguments = its address, or nothing once it is there.
const [address] = arguments;
if (address === undefined) {
  scrollTo(0, 0);
  if (document.readyState === "complete") return true;
  return new Promise((done) => addEventListener("load", () => done(true), { once: true }));
}
if (document.characterSet !== "UTF-8") return false; // forms are sent in the encoding of the document before
history.replaceState(null, "", address);
return true;

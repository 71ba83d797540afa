// Goes to an address as the first link of the page that leads there would: arguments = address, whether only to say if that
// link lets say less of this page than the page does.
const [address, ask] = arguments;
const links = Array.from(Document.prototype.querySelectorAll.call(document, "a[href],area[href]"));
const link = links.find((one) => one.href.split("#")[0] === address.split("#")[0]);
const differs = !!link && (link.relList.contains("noreferrer") || link.referrerPolicy !== "");
if (ask) return differs;
if (!differs) return location.assign(address);
const own = Document.prototype.createElement.call(document, "a");
own.href = address;
own.rel = link.relList.contains("noreferrer") ? "noreferrer" : "";
own.referrerPolicy = link.referrerPolicy;
own.click();

// In our world, before a page of this address is given to the tab: says whether it may be.
if (document.characterSet !== "UTF-8") return false; // forms are sent in the encoding of the document before
scrollTo(0, 0);
history.replaceState(null, "", arguments[0]);
return true;

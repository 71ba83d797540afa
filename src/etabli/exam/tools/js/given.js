// In our world, before a page of this address is given to the tab: arguments = address, whether to go back to the top.
// Says whether it is there: Chromium lets a page change its address two hundred times in ten seconds.
if (arguments[1]) scrollTo(0, 0); // which lays out the page that was there
const before = location.href;
if (new URL(arguments[0], before).href === before) return true;
history.replaceState(null, "", arguments[0]);
return location.href !== before;

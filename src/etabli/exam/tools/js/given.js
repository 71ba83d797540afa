// In our world, before a page of this address is given to the tab: arguments = address, whether to go back to the top.
if (arguments[1]) scrollTo(0, 0); // which lays out the page that was there
if (new URL(arguments[0], location.href).href !== location.href) history.replaceState(null, "", arguments[0]);

// In our world, before a page of this address is given to the tab.
scrollTo(0, 0);
history.replaceState(null, "", arguments[0]);

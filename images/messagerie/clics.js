// A link of a message is not followed: it goes to the page that says so, and the click is noted.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#messagebody a[href^='http']");
  if (!link) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  window.open(`./?_task=mail&_action=plugin.clic&_vers=${encodeURIComponent(link.href)}`, "_blank");
}, true);

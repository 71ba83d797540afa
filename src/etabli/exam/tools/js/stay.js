// A visitor who reads on: to the end and back, until what moves for some time has moved. Gives the corner of the window.
const place = scrollY;
scrollTo(scrollX, root.scrollHeight);
scrollTo(scrollX, place);
for (const one of Document.prototype.getAnimations.call(document).slice(0, 1000))
  if (one.effect && Number.isFinite(one.effect.getComputedTiming().endTime)) one.finish();
return { x: innerWidth, y: innerHeight };

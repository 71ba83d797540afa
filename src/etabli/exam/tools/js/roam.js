// Where a mouse passes: the middle of a few parts of each kind that are in sight.
const places = [];
for (const wanted of ["h1", "a[href]", "button,summary", "input,select,textarea", "td,li,p", "img,[onmouseover],[onmouseenter]"]) {
  const seen = Array.from(root.querySelectorAll(wanted)).slice(0, 500).filter(shown).map((node) => node.getBoundingClientRect())
    .filter((box) => box.width && box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth);
  for (const box of [seen[0], seen[seen.length - 1]].slice(0, seen.length))
    places.push({ x: box.left + box.width / 2, y: box.top + box.height / 2 });
}
return places;

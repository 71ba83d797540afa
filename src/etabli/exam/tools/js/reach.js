// Where a hand clicks: arguments = selector, index. What it cannot reach is pressed by itself.
const [selector, index] = arguments;
const node = root.querySelectorAll(selector)[index];
const spot = node ? spotOf(node) : { x: -1, y: -1 };
if (node && spot.x < 0) node.click();
return spot;

// Shows the links as those of pages where one has been, as far as browsers let styles tell them apart: by colours (CSS, « privacy
// and the :visited pseudo-class »). False, and nothing is changed, where no style does. It lasts until another page is opened.
const TELLING = /:(?:visited|link)(?![\w-])/;
const sheets = Array.from(document.styleSheets);
const rulesOf = (one) => {
  try { return one.cssRules || []; } catch (error) { return []; } // of another site
};
// A background that is a variable has no colour of its own: "background: var(--ground)".
const coloursOf = (style) => ["color", style.getPropertyValue("background-color") ? "background-color" : "background"]
  .filter((name) => style.getPropertyValue(name));
const telling = [];
const look = (owner) => Array.from(rulesOf(owner)).forEach((rule) => {
  if (rule.styleSheet) look(rule.styleSheet);
  look(rule);
  if (rule.style && TELLING.test(rule.selectorText) && coloursOf(rule.style).length)
    telling.push([owner, rule]);
});
sheets.forEach(look);
if (!telling.length) return false;
const links = Array.from(document.links).slice(0, 5000);
const groundOf = (link) => getComputedStyle(link).backgroundColor;
// A visited link is as transparent as the others, whatever its style says.
const whole = (name, value) => (name !== "color" ? value
  : value.replace(/^transparent$/, "rgb(0, 0, 0)").replace(/^rgba\((.*), [\d.]+\)$/, "rgb($1)"));
const clear = (colour) => /^rgba\(.*, 0\)$/.test(colour);
const before = links.map(groundOf);
// The colours of such a rule go into one of their own, right after it, in which every link is a visited one.
for (const [owner, rule] of telling.reverse()) {
  const colours = coloursOf(rule.style);
  const said = colours.map((name) => [name, rule.style.getPropertyValue(name), rule.style.getPropertyPriority(name)])
    .map(([name, value, priority]) => `${name}: ${whole(name, value)}${priority && ` !${priority}`};`);
  colours.forEach((name) => rule.style.removeProperty(name));
  const selector = rule.selectorText.replace(/:visited(?![\w-])/g, ":any-link").replace(/:link(?![\w-])/g, ":not(*)");
  owner.insertRule(`${selector} { ${said.join(" ")} }`, Array.from(owner.cssRules).indexOf(rule) + 1);
}
// What no style says is the browser's own, weaker than all of theirs.
const own = "@layer { :where(a, area):any-link { color: VisitedText; } }";
const first = sheets.find((one) => rulesOf(one).length);
for (let at = 0; at <= first.cssRules.length; at += 1) {
  try { first.insertRule(own, at); break; } catch (error) { continue; } // before an @import
}
const after = links.map(groundOf);
document.getAnimations().filter((one) => one instanceof CSSTransition).forEach((one) => one.finish());
// How transparent a background is stays what it is.
links.forEach((link, at) => {
  const ground = { backgroundColor: before[at] };
  if (clear(before[at]) !== clear(after[at])) link.animate([ground, ground], { duration: 1e8 });
});
return true;

// Whether the page has something to say to who asks for a dark theme: its styles, or its scripts within it.
const ASKED = "prefers-color-scheme";
const asks = (media) => !!media && media.mediaText.includes(ASKED);
const rulesOf = (one) => {
  try { return Array.from(one.cssRules || []); } catch (error) { return []; } // of another site
};
const inside = (one) => asks(one.media) || rulesOf(one).some(inside) || (!!one.styleSheet && inside(one.styleSheet));
return Array.from(document.styleSheets).some(inside) || /dark/.test(getComputedStyle(document.documentElement).colorScheme)
  || !!document.querySelector(`meta[name=color-scheme i][content*=dark i],link[media*=${ASKED} i]`)
  || Array.from(document.scripts).some((one) => one.text.includes(ASKED));

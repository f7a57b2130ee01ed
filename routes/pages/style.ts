/** The look of all pages. Colours follow the system's light or dark setting. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #17211f; --soft: #55635f; --paper: #f4f6f3; --card: #fff; --line: #dde3de;
  --mill: #0f6b5c; --mill-ink: #fff; --warn: #8a4b08; --code: #eef2ee; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eeeb; --soft: #9fb0aa; --paper: #101715; --card: #18211e;
  --line: #2a3632; --mill: #5cc5b1; --mill-ink: #06211c; --warn: #f0b775; --code: #202b27; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif; }
.card { min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; }
.card main { width: 100%; max-width: 30rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px;
  padding: 2rem; box-shadow: 0 12px 40px -24px rgb(0 0 0 / .45); }
.wide main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.5rem 5rem; }
.brand { display: flex; align-items: center; gap: .55rem; margin: 0 0 1.4rem; font-weight: 650; letter-spacing: .01em; }
.mark { width: 1.7rem; height: 1.7rem; fill: none; stroke: var(--ink); stroke-width: 2.4; stroke-linecap: round; }
.mark .water { stroke: var(--mill); }
h1 { margin: 0 0 .8rem; font-size: 1.45rem; line-height: 1.25; }
h3 { margin: 1.1rem 0 .4rem; font-size: .95rem; }
h2 { margin: 2.6rem 0 .6rem; font-size: 1.15rem; }
p { margin: 0 0 1rem; }
.soft, small { color: var(--soft); }
.facts { margin: 0 0 1.2rem; padding: .9rem 1rem; background: var(--code); border-radius: 10px; display: grid;
  grid-template-columns: auto 1fr; gap: .35rem 1rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.warn { color: var(--warn); }
.after { margin: 1.2rem 0 0; font-size: .9rem; }
button { width: 100%; padding: .8rem 1rem; border: 0; border-radius: 10px; background: var(--mill); color: var(--mill-ink);
  font: inherit; font-weight: 650; cursor: pointer; }
button:hover { filter: brightness(1.08); }
button:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid var(--mill); outline-offset: 2px; }
a { color: var(--mill); }
code, pre { font: .88em/1.5 ui-monospace, monospace; }
code { background: var(--code); border-radius: 5px; padding: .1em .35em; overflow-wrap: anywhere; }
pre { background: var(--code); border-radius: 10px; padding: .8rem 1rem; overflow-x: auto; }
pre code { padding: 0; background: none; }
details { border: 1px solid var(--line); border-radius: 10px; background: var(--card); margin: 0 0 .6rem; }
summary { display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: baseline; padding: .65rem .9rem; cursor: pointer;
  list-style: none; }
summary::-webkit-details-marker { display: none; }
details > div { padding: .2rem .9rem .9rem; border-top: 1px solid var(--line); }
.method { min-width: 4.2rem; font: 650 .8rem ui-monospace, monospace; color: var(--mill); }
.method.delete { color: var(--warn); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .93rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 500; }
`;

import { rampColours, seriesColours } from '../charts/chartTheme.ts';

const darkSeries = ['#56b4e9', '#f0883e', '#2fc79a', '#e59cc4', '#e6b84c', '#8cc8ff', '#b8b8b8', '#c39be8'];
const darkRamp = ['#b48ede', '#8f8fe8', '#6fa3e0', '#4fbcc4', '#45cfa2', '#7fe080', '#b8e04a', '#f0e442'];

const light = themeOf(seriesColours, rampColours, {
  paper: '#ffffff',
  card: '#f6f7f8',
  ink: '#16191d',
  faint: '#565d66',
  grid: '#e2e5e9',
  shade: '#eceef1',
  good: '#00664b',
  warning: '#8a4b00',
  bad: '#a4161a',
  link: '#005a9c',
});
const dark = themeOf(darkSeries, darkRamp, {
  paper: '#14171a',
  card: '#1d2125',
  ink: '#eceff2',
  faint: '#a5adb6',
  grid: '#32383e',
  shade: '#262b30',
  good: '#4cd3a4',
  warning: '#ffb454',
  bad: '#ff8a80',
  link: '#7cc4ff',
});

function themeOf(
  series: readonly string[],
  ramp: readonly string[],
  colours: Readonly<Record<string, string>>,
): string {
  return [
    ...Object.entries(colours).map(([name, colour]) => `--${name}:${colour}`),
    ...series.map((colour, index) => `--series-${index}:${colour}`),
    ...ramp.map((colour, index) => `--ramp-${index}:${colour}`),
  ].join(';');
}

const mostTabs = 12;
const tabRules = Array.from(
  { length: mostTabs },
  (_, index) =>
    `.tabs>input:nth-of-type(${index + 1}):checked~.panel:nth-of-type(${index + 1}){display:block}` +
    `.tabs>input:nth-of-type(${index + 1}):checked~label:nth-of-type(${index + 1}){background:var(--ink);color:var(--paper)}` +
    `.tabs>input:nth-of-type(${index + 1}):focus-visible~label:nth-of-type(${index + 1}){outline:3px solid var(--link);outline-offset:2px}`,
).join('\n');

/** The style sheet of a page: two themes, wide and narrow screens, paper. */
export const pageStyle = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
@media print{:root{${light}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:break-word}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
header{padding-top:24px}
h1{font-size:1.75rem;line-height:1.25;margin:.2em 0 .3em;text-wrap:balance}
h2{font-size:1.25rem;margin:2.6em 0 .5em;padding-top:.6em;border-top:1px solid var(--grid)}
h3{font-size:1rem;margin:1.4em 0 .4em}
p{margin:.4em 0}
a{color:var(--link)}
code{font-size:.92em}
.option{white-space:nowrap}
.faint,.kicker,figcaption{color:var(--faint)}
.kicker{font-size:.87rem}
.first{display:grid;grid-template-columns:minmax(0,1fr) 330px;gap:28px;align-items:start;margin-top:14px}
.card{background:var(--card);border-radius:8px;padding:14px 16px;margin-bottom:14px}
.card h2{margin:0 0 .5em;padding:0;border:0;font-size:1.02rem}
.trust{list-style:none;margin:0;padding:0}
.trust li{position:relative;padding:.15em 0 .4em 26px}
.trust li::before{position:absolute;left:0;font-weight:700;width:18px;text-align:center}
.trust .plain::before{content:"\\2713";color:var(--good)}
.trust .faint::before{content:"\\00b7"}
.trust .warning::before{content:"!";color:var(--warning)}
.trust .bad::before{content:"\\2717";color:var(--bad)}
.tiles{display:grid;grid-template-columns:1fr 1fr;gap:10px 14px;margin:0}
.tiles dt{font-size:.82rem;color:var(--faint)}
.tiles dd{margin:0;font-size:1.06rem;font-weight:600}
figure{margin:0 0 8px}
figure svg{width:100%;height:auto;display:block}
figure .narrow{display:none}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:22px 28px}
.pair>*{min-width:0}
.tabs>input{position:absolute;opacity:0;pointer-events:none}
.tabs>label{display:inline-block;padding:3px 12px;margin:0 4px 8px 0;border:1px solid var(--grid);border-radius:14px;cursor:pointer;font-size:.87rem}
.tabs>.panel{display:none}
${tabRules}
.scroll{overflow-x:auto;margin:.4em 0}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem;width:100%}
th,td{padding:5px 9px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--grid)}
th{font-weight:600;vertical-align:bottom}
th:first-child,td:first-child{text-align:right}
td.words{text-align:left;white-space:normal}
tr.saturated td{background:var(--card);font-weight:700}
.remarked td{border-bottom:0;padding-bottom:0}
.remark td{padding-top:0;font-size:.86rem;color:var(--warning);font-weight:400!important}
.saturated.remark td{color:var(--good);font-weight:700!important}
.remark span{position:sticky;left:10px;display:inline-block;max-width:calc(100vw - 110px)}
.bad-cell{color:var(--bad);font-weight:700}
.options{columns:2;column-gap:32px;font-size:.9rem}
.options div{break-inside:avoid;display:flex;justify-content:space-between;gap:16px;border-bottom:1px solid var(--grid);padding:2px 0}
.options dt{color:var(--faint)}
.options dd{margin:0;text-align:right;min-width:0;overflow-wrap:anywhere}
.formulas dt{font-weight:600;margin-top:.7em}
.formulas dd{margin:0;max-width:75ch}
[data-tip]{cursor:help}
abbr[data-tip]{text-decoration:underline dotted var(--faint);text-underline-offset:3px}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
svg rect:focus-visible,svg g:focus-visible{outline-offset:-2px}
#tip{position:fixed;z-index:9;max-width:320px;background:var(--ink);color:var(--paper);padding:7px 10px;border-radius:6px;font-size:.84rem;white-space:pre-line;pointer-events:none}
#tip[hidden]{display:none}
footer{padding:30px 20px 40px;font-size:.87rem;color:var(--faint)}
@media (max-width:900px){.first,.pair{grid-template-columns:minmax(0,1fr)}.options{columns:1}}
@media (max-width:620px){
header,main,footer{padding-left:14px;padding-right:14px}
h1{font-size:1.35rem}
figure .wide{display:none}
figure .narrow{display:block}
}
@media print{
.tabs>label{display:none}
.tabs>input:checked+label{display:inline-block}
h2,h3{break-after:avoid}
figure,tr,.card{break-inside:avoid}
body{font-size:11pt}
.scroll{overflow:visible}
}
`;

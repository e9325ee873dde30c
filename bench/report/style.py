"""The style sheet of the page."""

from report import charts

STYLE = (
    f":root{{color-scheme:light dark;{charts.theme_css(charts.LIGHT)}}}\n"
    f"@media (prefers-color-scheme:dark){{:root{{{charts.theme_css(charts.DARK)}}}}}"
    + charts.SVG_CSS + """
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header,nav,main{max-width:1320px;margin:0 auto;padding:0 16px}
h1{font-size:1.7rem;margin:24px 0 4px} h2{font-size:1.25rem;margin:40px 0 8px} h3{font-size:1rem;margin:0}
header p{margin:0 0 8px} .soft{color:var(--soft)} .lost{color:var(--lost)}
nav{display:flex;flex-wrap:wrap;gap:4px 16px;padding-top:8px;padding-bottom:8px;background:var(--page);font-size:0.875rem}
@media (min-width:900px){nav{position:sticky;top:0;z-index:1;border-bottom:1px solid var(--grid)} [id]{scroll-margin-top:64px}}
.first{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,560px),1fr));gap:0 40px}
.first h2{margin-top:24px}
section>.soft{margin:0 0 8px;font-size:0.875rem}
.lines{list-style:none;margin:0;padding:0;font-size:0.8125rem;line-height:1.35}
.lines li{display:grid;grid-template-columns:minmax(0,1fr) 36% 138px;column-gap:12px;align-items:center;padding:3px 0;overflow-wrap:anywhere}
.lines svg{grid-area:1/2;overflow:visible} .said{grid-area:1/3}
.first .lines li{grid-template-columns:96px minmax(0,1fr) 165px;padding:0}
#lost .lines li{grid-template-columns:minmax(0,1fr) auto;padding:4px 0;border-bottom:1px solid var(--grid);font-size:0.875rem} .lines small{grid-area:2/1/3/3;font-size:0.8125rem} #lost .said{grid-area:1/2}
@media (max-width:560px){.lines li,.first .lines li{grid-template-columns:minmax(0,1fr) auto;padding:3px 0} .lines svg{grid-area:2/1/3/3} .lines .said{grid-area:1/2;text-align:right}}
a{color:var(--s0)} a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--s0);outline-offset:2px}
code{font:0.875em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,384px),1fr));gap:16px;align-items:start}
.columns{columns:520px;column-gap:16px} .columns .card{break-inside:avoid;margin-bottom:16px}
.card{margin:0;padding:12px;background:var(--card);border:1px solid var(--grid);border-radius:6px;min-width:0}
.card:has(details[open]){grid-column:1/-1}
.card:target{outline:2px solid var(--s0)}
figcaption{font-weight:600;line-height:1.35;margin-bottom:8px;overflow-wrap:anywhere}
figure svg{display:block;width:100%;max-width:440px;height:auto;overflow:visible}
.notes{margin:8px 0 0;padding-left:18px;font-size:0.8125rem;color:var(--soft);overflow-wrap:anywhere}
details{margin-top:8px;font-size:0.875rem} details table{font-size:0.8125rem} summary{cursor:pointer;color:var(--soft);width:fit-content}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:0.875rem;font-variant-numeric:tabular-nums}
th,td{padding:4px 12px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
th{font-weight:600} thead th{color:var(--soft);white-space:nowrap} td{white-space:nowrap}
.words{display:block;white-space:normal;min-width:240px}
small{color:var(--soft);font-weight:400}
.key{max-width:90ch;padding-left:18px} .swatch{display:inline-block;width:1.6em;height:.75em;margin:0 4px 0 8px} .swatch:first-child{margin-left:0}
.swatch.ours{background:var(--s0)} .swatch.peer{background:var(--peer)} .swatch.lost{background:var(--lost)}
dl{margin:0 0 16px;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:4px 24px}
dl div{display:flex;gap:8px;min-width:0} dt{color:var(--soft);flex:0 0 104px} dd{margin:0;min-width:0;overflow-wrap:anywhere}
section>p{max-width:75ch}
main{padding-bottom:48px}
@media print{.card{break-inside:avoid}}
""")

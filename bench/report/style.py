"""The style sheet of the page."""

from report import charts

STYLE = (
    f":root{{color-scheme:light dark;{charts.theme_css(charts.LIGHT)}}}\n"
    f"@media (prefers-color-scheme:dark){{:root{{{charts.theme_css(charts.DARK)}}}}}"
    + charts.SVG_CSS + """
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header,main{max-width:1320px;margin:0 auto;padding:0 16px}
h1{font-size:1.7rem;margin:24px 0 4px} h2{font-size:1.25rem;margin:40px 0 8px}
header p{margin:0 0 12px;color:var(--soft)} header .lost{color:var(--lost)}
nav{display:flex;flex-wrap:wrap;gap:4px 16px}
a{color:var(--s0)} a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--s0);outline-offset:2px}
code{font:0.875em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,384px),1fr));gap:16px;align-items:start}
.columns{columns:384px;column-gap:16px} .columns .card{break-inside:avoid;margin-bottom:16px}
.card{margin:0;padding:12px;background:var(--card);border:1px solid var(--grid);border-radius:6px;min-width:0}
.card:has(details[open]){grid-column:1/-1}
.card:target{outline:2px solid var(--s0)}
figcaption{font-weight:600;line-height:1.35;margin-bottom:8px;overflow-wrap:anywhere}
.card svg{display:block;width:100%;max-width:440px;height:auto}
.notes{margin:8px 0 0;padding-left:18px;font-size:0.8125rem;color:var(--soft);overflow-wrap:anywhere}
details{margin-top:8px;font-size:0.875rem} details table{font-size:0.8125rem} summary{cursor:pointer;color:var(--soft);width:fit-content}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:0.875rem;font-variant-numeric:tabular-nums}
th,td{padding:4px 12px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
th{font-weight:600} thead th{color:var(--soft);white-space:nowrap} td{white-space:nowrap} #lost tbody th{min-width:150px}
.words{display:block;white-space:normal;min-width:240px}
.lost{color:var(--lost)} small{color:var(--soft)}
dl{margin:0 0 16px;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:4px 24px}
dl div{display:flex;gap:8px;min-width:0} dt{color:var(--soft);flex:0 0 104px} dd{margin:0;min-width:0;overflow-wrap:anywhere}
section>p{max-width:75ch}
main{padding-bottom:48px}
@media print{.card{break-inside:avoid}}
""")

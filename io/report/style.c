/* How the page looks, in one place. Colours differ in lightness as well as in hue, so that they are
 * told apart without colour vision and on a grey print; what wants a look has a sign in it, too. */
#include "io/report/sections.h"

/* A rule a line. */
/* clang-format off */
const char *const bf_report_style[] = {
    ":root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#5b636d;--line:#d9dde2;"
    "--wash:#f4f5f7;--day:#f0f1f3;--ok:#2f6da8;--rec:#86b2dc;--skip:#cfe0f2;--boot:#98a0a9;"
    "--fail:#c2410c;--look:#f0a30a;--sign:#1b1f24;--fail-sign:#fff;--link:#1f5f9c;"
    "--p0:#0072b2;--p1:#e69f00;--p2:#009e73;--p3:#cc79a7;--p4:#56b4e9}",
    "@media(prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#e4e7eb;--soft:#9aa3ad;"
    "--line:#343a41;--wash:#1d2126;--day:#20252a;--ok:#4f94d4;--rec:#376898;--skip:#29486a;"
    "--boot:#727b86;--fail:#f2703d;--look:#f5b93a;--fail-sign:#1b1f24;--link:#7db7ee;"
    "--p0:#3d9bd6}}",
    "*{box-sizing:border-box}", "html{-webkit-text-size-adjust:100%}",
    "body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:88rem;background:var(--paper);"
    "color:var(--ink);font:.9375rem/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif;"
    "font-variant-numeric:tabular-nums}",
    "h1,h2,h3,p,ul,dl{margin:0}", "h1{font-size:1.5rem;line-height:1.25;font-weight:650}",
    "h2{font-size:1.125rem;font-weight:650;margin-bottom:.5rem}",
    "h3{font-size:.9375rem;font-weight:650;margin:1.25rem 0 .375rem}",
    "small{font-size:.8125rem;font-weight:400;color:var(--soft)}", "a{color:var(--link)}",
    "code,.hash,dd{overflow-wrap:anywhere}",
    "code,.hash{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.85em}",
    "p{max-width:52rem}", ".lead,.what{color:var(--soft)}", ".what b{color:var(--ink)}",
    "section{margin-top:2.25rem}",
    ".synthetic{display:inline-block;margin-top:.5rem;padding:.125rem .625rem;"
    "border:2px dashed var(--look)}",
    /* the verdict */
    "#verdict{margin-top:1.25rem;padding:.75rem 1rem;background:var(--wash);"
    "border-left:.375rem solid var(--ok)}",
    "#verdict.attention{border-color:var(--fail)}",
    "#verdict h2{font-size:1.25rem;margin:0 0 .125rem}",
    "#verdict ul{margin:.125rem 0;padding-left:1.25rem;overflow-wrap:anywhere}",
    ".action::before{content:\"\\2192  \"}", ".action{font-style:italic}",
    ".notes{margin-top:1rem;border-top:1px solid var(--line)}",
    "summary{cursor:pointer;color:var(--link)}",
    /* facts and tables */
    "dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.125rem 1.25rem}",
    "@media(min-width:80rem){#run{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);"
    "gap:0 2rem;align-items:start}#run h3{margin-top:0}}",
    "#run h2{grid-column:1/-1}",
    "dt{color:var(--soft)}", "dd{margin:0}", ".scroll{overflow-x:auto}",
    ".data{border-collapse:collapse;margin-top:.25rem}",
    ".data th,.data td{padding:.1875rem 1.25rem .1875rem 0;text-align:left;vertical-align:baseline;"
    "white-space:nowrap;font-weight:400}",
    ".data thead th{color:var(--soft);font-size:.8125rem;border-bottom:1px solid var(--line)}",
    ".data tfoot th,.data tfoot td{border-top:1px solid var(--line)}", ".data .n{text-align:right}",
    ".data .look{color:var(--fail);font-weight:650}", ".data .look{position:relative}",
    ".data .look::after{content:\"\\25c0\";position:absolute;margin-left:.25rem;font-size:.75em}",
    /* calendars */
    ".legend{display:flex;flex-wrap:wrap;gap:.125rem 1.25rem;margin-top:.5rem;padding:0;"
    "list-style:none}",
    ".legend i{display:inline-block;width:.75rem;height:.75rem;margin-right:.375rem;"
    "vertical-align:-.0625rem;overflow:hidden;color:var(--sign);"
    "font:700 .6875rem/.75rem system-ui;text-align:center}",
    ".legend .zero{color:var(--soft)}", ".season{break-inside:avoid}",
    ".cals{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(12.5rem,100%),1fr));"
    "gap:.75rem 1.25rem}",
    ".cal{width:100%;table-layout:fixed;border-collapse:separate;border-spacing:1px;"
    "font-size:.625rem;line-height:1;align-self:start}",
    ".cal caption{text-align:left;font-size:.8125rem;padding-bottom:.125rem}",
    ".cal th{width:auto;padding:0;text-align:left;font-weight:400;color:var(--soft)}",
    ".cal td{height:.625rem;padding:0;background:var(--day);text-align:center;"
    "font:700 .5625rem/.625rem system-ui;color:var(--sign);overflow:hidden}",
    ".cal thead td{background:none;color:var(--soft);font-weight:400;overflow:visible;"
    "white-space:nowrap;direction:rtl}",
    ".cal thead td:first-child,.cal th{width:1.625rem}", ".ok{background:var(--ok)!important}",
    ".rec{background:var(--rec)!important}", ".skip{background:var(--skip)!important}",
    ".boot{background:repeating-linear-gradient(135deg,var(--boot) 0 1px,transparent 1px 3px)"
    "!important}",
    ".none{background:none!important;box-shadow:inset 0 0 0 1px var(--boot)}",
    ".fail{background:var(--fail)!important;color:var(--fail-sign)!important}",
    ".cal .look,.legend i.look{background:var(--look)!important}",
    ".cal .fail::before,.legend i.fail::before{content:\"\\00d7\"}",
    ".cal .look::before,.legend i.look::before{content:\"!\"}",
    ".off{background:none!important;border-bottom:1px dotted var(--boot)}",
    ".cal td[tabindex]{cursor:default}",
    ".cal td:focus,.cal td:target{outline:2px solid var(--ink);outline-offset:0}",
    ".cal span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);"
    "white-space:nowrap}",
    ".cal td:hover>span,.cal td:focus>span,.cal td:target>span{position:fixed;inset:auto 0 0 0;"
    "z-index:1;width:auto;height:auto;padding:.5rem 1rem;clip-path:none;white-space:normal;"
    "text-align:left;font:400 .9375rem/1.4 system-ui;background:var(--ink);color:var(--paper)}",
    ".cal td:focus>span{z-index:2}", ".cal td:hover>span{z-index:3}",
    /* bars */
    ".bar{width:16rem;min-width:8rem}",
    ".bar i{display:inline-block;height:.625rem;vertical-align:baseline}",
    "thead i{display:inline-block;width:.625rem;height:.625rem;margin-right:.3125rem}",
    ".p0{background:var(--p0)}.p1{background:var(--p1)}.p2{background:var(--p2)}"
    ".p3{background:var(--p3)}.p4{background:var(--p4)}",
    "@media(max-width:40rem){body{padding:1rem .75rem 4rem}"
    ".data th,.data td{padding-right:.875rem}}",
    "@media print{*{print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    "body{max-width:none;padding:0;font-size:9pt}.cal td>span{display:none}"
    ".cals{grid-template-columns:repeat(5,minmax(0,1fr))}"
    ".scroll{overflow:visible}.hash{white-space:normal}tr,.finding{break-inside:avoid}"
    "h2,h3{break-after:avoid}@page{margin:12mm}}",
    NULL};

/* Without it every cell is a stop of the Tab key; with it a calendar is one, and arrow keys walk in
 * it. Folded lists are unfolded for the printer. */
const char *const bf_report_script[] = {
    "'use strict';",
    "for (const table of document.querySelectorAll('.cal')) {",
    "  const rows = [...table.tBodies[0].rows];",
    "  const cells = [...table.querySelectorAll('td[tabindex]')];",
    "  const go = cell => {",
    "    if (!cell) return;",
    "    for (const other of cells) other.tabIndex = other === cell ? 0 : -1;",
    "    cell.focus();",
    "  };",
    "  const beside = (cell, step) => {",
    "    for (let r = rows.indexOf(cell.parentNode) + step; rows[r]; r += step) {",
    "      const found = [...rows[r].cells].filter(other => other.hasAttribute('tabindex'));",
    "      const far = other => Math.abs(other.cellIndex - cell.cellIndex);",
    "      if (found.length) return found.reduce((a, b) => far(b) < far(a) ? b : a);",
    "    }",
    "  };",
    "  const keys = {",
    "    ArrowLeft: cell => cells[cells.indexOf(cell) - 1],",
    "    ArrowRight: cell => cells[cells.indexOf(cell) + 1],",
    "    ArrowUp: cell => beside(cell, -1),",
    "    ArrowDown: cell => beside(cell, 1),",
    "    Home: () => cells[0],",
    "    End: () => cells[cells.length - 1],",
    "  };",
    "  cells.forEach((cell, i) => { cell.tabIndex = i ? -1 : 0; });",
    "  table.addEventListener('keydown', event => {",
    "    if (!keys[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;",
    "    event.preventDefault();",
    "    go(keys[event.key](event.target));",
    "  });",
    "  table.addEventListener('click', event => go(event.target.closest('td[tabindex]')));",
    "}",
    "addEventListener('beforeprint', () => {",
    "  for (const details of document.querySelectorAll('details')) details.open = true;",
    "});",
    NULL};
/* clang-format on */

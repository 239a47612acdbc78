namespace NnUNet.Core.Evaluation.Report;

/// <summary>The look of the page, light or dark as the reader's system is.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { --bg:#fbfbfa; --card:#fff; --ink:#1c1e21; --soft:#5d6168; --line:#e3e4e6; --edge:#5558; --accent:#2457c5; color-scheme: light dark; }
        @media (prefers-color-scheme: dark) { :root { --bg:#141518; --card:#1c1e22; --ink:#e8e9eb; --soft:#a2a7af; --line:#30333a; --edge:#ccc6; --accent:#86aaff; } }
        * { box-sizing: border-box; }
        body { margin:0; background:var(--bg); color:var(--ink); font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",Arial,sans-serif; }
        main { max-width:1180px; margin:0 auto; padding:40px 24px 72px; }
        h1 { font-size:28px; line-height:1.2; margin:0 0 6px; letter-spacing:-.01em; }
        h2 { font-size:19px; margin:44px 0 12px; letter-spacing:-.005em; }
        h3 { font-size:15px; margin:0 0 8px; }
        p { margin:0 0 10px; } .soft,.note { color:var(--soft); } .note { font-size:13px; }
        .tiles { display:grid; grid-template-columns:repeat(auto-fit,minmax(150px,1fr)); gap:12px; margin-top:24px; }
        .tile,.card { background:var(--card); border:1px solid var(--line); border-radius:10px; padding:14px 16px; }
        .tile b { display:block; font-size:24px; font-weight:600; font-variant-numeric:tabular-nums; } .tile span { color:var(--soft); font-size:13px; }
        .grid2 { display:grid; grid-template-columns:repeat(auto-fit,minmax(min(460px,100%),1fr)); gap:14px; }
        .wide { overflow-x:auto; background:var(--card); border:1px solid var(--line); border-radius:10px; }
        table { border-collapse:collapse; width:100%; font-size:13.5px; font-variant-numeric:tabular-nums; }
        th,td { padding:6px 10px; text-align:right; white-space:nowrap; border-top:1px solid var(--line); }
        thead th { border-top:0; color:var(--soft); font-weight:500; } tbody th { font-weight:500; }
        th:first-child,td.left,th.left { text-align:left; } tbody tr.first th,tbody tr.first td { border-top:2px solid var(--line); }
        .dot { display:inline-block; width:11px; height:11px; border:1px solid var(--edge); border-radius:3px; margin-right:7px; }
        svg { display:block; width:100%; height:auto; } svg text { font-size:11.5px; fill:var(--soft); } svg .name { fill:var(--ink); font-size:12px; }
        .grid { stroke:var(--line); stroke-width:1; } .median { stroke:var(--ink); stroke-width:2; } .box { opacity:.3; stroke:var(--edge); } circle { opacity:.85; stroke:var(--edge); stroke-width:.7; }
        .card img { display:block; max-width:100%; border-radius:6px; margin-bottom:12px; background:#141416; } .card table { font-size:13px; } .card th,.card td { padding:4px 8px; }
        .card,.tile { min-width:0; } .card thead th { white-space:normal; line-height:1.25; vertical-align:bottom; } .wide + .note { margin-top:10px; }
        .key { display:flex; flex-wrap:wrap; gap:6px 18px; margin:0 0 10px; font-size:13.5px; }
        details { margin-top:12px; } summary { cursor:pointer; color:var(--accent); } details .wide { margin-top:10px; }
        h1,h3,p { overflow-wrap:anywhere; }
        thead button { all:unset; cursor:pointer; } thead button:hover { color:var(--ink); text-decoration:underline; } thead button:focus-visible,summary:focus-visible { outline:2px solid var(--accent); outline-offset:2px; border-radius:3px; }
        th[aria-sort] { color:var(--ink); } th[aria-sort] button::after { content:" ▲"; font-size:.8em; } th[aria-sort=descending] button::after { content:" ▼"; }
        table.sorted tbody tr.first th,table.sorted tbody tr.first td { border-top:1px solid var(--line); }
        .bars .case { display:grid; grid-template-columns:minmax(70px,150px) 1fr; gap:0 12px; align-items:center; padding:3px 0; }
        .bars .name { text-align:right; font-size:12.5px; overflow-wrap:anywhere; line-height:1.2; } .bars i { font-style:normal; }
        .bars .track { display:flex; flex-direction:column; gap:1px; background:repeating-linear-gradient(90deg,var(--line) 0 1px,transparent 1px 20%); border-right:1px solid var(--line); }
        .bars .bar { display:block; height:7px; min-width:1px; border:1px solid var(--edge); border-radius:1px; } .bars .none { height:7px; line-height:7px; font-size:11px; color:var(--soft); }
        .bars .ticks { display:flex; justify-content:space-between; font-size:11.5px; color:var(--soft); } .bars .ticks i { width:0; display:flex; justify-content:center; }
        @media (max-width:1000px) {
          .wide table,.wide tbody { display:block; }
          .wide thead tr { display:flex; flex-wrap:wrap; gap:6px; padding:10px 12px; } .wide thead tr:has(button)::before { content:"sort by"; align-self:center; font-size:13px; color:var(--soft); } .wide thead th { padding:2px 9px; border:1px solid var(--line); border-radius:12px; white-space:normal; }
          .wide tbody tr { display:grid; grid-template-columns:repeat(auto-fill,minmax(128px,1fr)); gap:2px 14px; padding:9px 12px; border-top:1px solid var(--line); } .wide tbody tr.first { border-top:2px solid var(--line); }
          .wide tbody tr th,.wide tbody tr td,.wide tbody tr.first th,.wide tbody tr.first td { border:0; padding:0; text-align:left; white-space:normal; overflow-wrap:anywhere; } .wide tbody th { grid-column:1/-1; }
          .wide td.left { grid-column:1/-1; } .wide td[data-label]::before { content:attr(data-label) " "; color:var(--soft); }
        }
        @media (max-width:560px) {
          main { padding:24px 14px 48px; } h1 { font-size:23px; } svg text { font-size:17px; } svg .name { font-size:17px; } .tiles { grid-template-columns:1fr 1fr; }
          .narrow,.narrow tbody { display:block; } .narrow thead { display:none; } .narrow tbody tr { display:grid; grid-template-columns:1fr auto; border-top:1px solid var(--line); padding:6px 0; }
          .narrow tbody th { grid-column:1/-1; } .narrow tbody th,.narrow tbody td { border:0; padding:1px 0; white-space:normal; overflow-wrap:anywhere; } .narrow td { grid-column:1/-1; display:flex; justify-content:space-between; gap:12px; } .narrow td::before { content:attr(data-label); color:var(--soft); text-align:left; }
        }
        @media print { main { max-width:none; padding:0; } .card,.tile { break-inside:avoid; } }
        """;
}

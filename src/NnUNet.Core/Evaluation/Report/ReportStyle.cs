namespace NnUNet.Core.Evaluation.Report;

/// <summary>The look of the page, light or dark as the reader's system is.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { --bg:#fbfbfa; --card:#fff; --ink:#1c1e21; --soft:#62666d; --line:#e3e4e6; --accent:#2457c5;
          --c0:#d64545; --c1:#2f9e5a; --c2:#3d74e0; --c3:#c99700; --c4:#a04fc0; --c5:#1899a6; --c6:#dd7418; --c7:#7d8187; color-scheme: light dark; }
        @media (prefers-color-scheme: dark) { :root { --bg:#141518; --card:#1c1e22; --ink:#e8e9eb; --soft:#9ba0a8; --line:#30333a; --accent:#86aaff;
          --c0:#ff6b6b; --c1:#56cf83; --c2:#7da5ff; --c3:#f2c94c; --c4:#d08bf0; --c5:#4fd0db; --c6:#ffa04d; --c7:#b5b9c0; } }
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
        .dot { display:inline-block; width:10px; height:10px; border-radius:3px; margin-right:7px; }
        svg { display:block; width:100%; height:auto; } svg text { font-size:11.5px; fill:var(--soft); } svg .name { fill:var(--ink); font-size:12px; }
        .grid { stroke:var(--line); stroke-width:1; } .median { stroke:var(--ink); stroke-width:2; } .box { opacity:.22; } circle { opacity:.7; }
        .c0 { fill:var(--c0); } .c1 { fill:var(--c1); } .c2 { fill:var(--c2); } .c3 { fill:var(--c3); } .c4 { fill:var(--c4); } .c5 { fill:var(--c5); } .c6 { fill:var(--c6); } .c7 { fill:var(--c7); }
        .b0 { background:var(--c0); } .b1 { background:var(--c1); } .b2 { background:var(--c2); } .b3 { background:var(--c3); } .b4 { background:var(--c4); } .b5 { background:var(--c5); } .b6 { background:var(--c6); } .b7 { background:var(--c7); }
        .card img { display:block; max-width:100%; border-radius:6px; margin-bottom:12px; background:#141416; } .card table { font-size:13px; } .card th,.card td { padding:4px 8px; }
        .card,.tile { min-width:0; } .card thead th { white-space:normal; line-height:1.25; vertical-align:bottom; } .wide + .note { margin-top:10px; }
        .key { display:flex; flex-wrap:wrap; gap:6px 18px; margin:0 0 10px; font-size:13.5px; }
        details { margin-top:12px; } summary { cursor:pointer; color:var(--accent); } details .wide { margin-top:10px; }
        @media print { main { max-width:none; padding:0; } .card,.tile { break-inside:avoid; } }
        """;
}

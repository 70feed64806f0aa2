namespace LiftPlus.Reports;

/// <summary>
/// Holds the style sheet of the page. The colours are those of Okabe and Ito, lighter on dark screens; the charts use the same variables.
/// </summary>
internal static class PageStyle
{
    public const string Colors = """
        :root { --ink:#1d2328; --soft:#56626b; --line:#dde3e7; --ground:#fff; --card:#f5f7f8; --many:#0072b2; --medium:#00805e;
          --few:#c04f00; --accent:#7a4fa3; --a:#0072b2; --b:#c04f00 }
        @media (prefers-color-scheme: dark) {
          :root { --ink:#e8ecef; --soft:#a7b3bc; --line:#37414a; --ground:#14181c; --card:#1d2328; --many:#56b4e9; --medium:#2cc79a;
            --few:#ff9a52; --accent:#c6a2ee; --a:#56b4e9; --b:#ff9a52 }
        }
        """;

    public const string Css = $$"""
        {{Colors}}
        * { box-sizing:border-box }
        body { margin:0; background:var(--ground); color:var(--ink);
          font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif; -webkit-text-size-adjust:100% }
        main { max-width:960px; margin:0 auto; padding:16px 16px 64px }
        h1 { font-size:1.75rem; line-height:1.2; margin:.5em 0; overflow-wrap:anywhere }
        h2 { font-size:1.3rem; margin:2.2em 0 .4em; padding-top:.8em; border-top:1px solid var(--line) }
        h3 { font-size:1.05rem; margin:1.4em 0 .3em }
        p, li { max-width:46em; overflow-wrap:anywhere }
        p.lead { font-size:1.1rem }
        p.soft, figcaption, caption, small { color:var(--soft) }
        .figures { display:grid; grid-template-columns:repeat(auto-fit,minmax(135px,1fr)); gap:10px; margin:1.2em 0 }
        .figures div { background:var(--card); border-radius:8px; padding:10px 12px; border-left:4px solid var(--line) }
        .figures .many { border-color:var(--many) } .figures .medium { border-color:var(--medium) }
          .figures .few { border-color:var(--few) }
        dt { color:var(--soft); font-size:.85rem } dd { margin:0; font-size:1.5rem; font-weight:600; font-variant-numeric:tabular-nums }
        dd small { display:block; font-size:.78rem; font-weight:400 }
        figure { margin:1em 0 }
        figcaption { font-size:.88rem; margin-top:.3em; overflow-wrap:anywhere }
        svg { display:block; width:100%; height:auto; font-family:inherit }
        .legend { display:flex; flex-wrap:wrap; gap:2px 16px; margin:.2em 0; font-size:.85rem; max-width:none }
        .legend i { display:inline-block; width:18px; margin-right:6px; vertical-align:middle; border-top:3px solid currentColor }
        .legend .area { height:11px; border:0; background:currentColor; opacity:.55; border-radius:2px }
          .legend .dash { border-top-style:dashed }
        .narrow { display:none }
        .scroll { overflow-x:auto; margin:.8em 0 }
        .scroll:focus-visible, summary:focus-visible { outline:2px solid var(--many); outline-offset:2px }
        table { border-collapse:collapse; font-size:.9rem; font-variant-numeric:tabular-nums }
        caption { text-align:left; font-size:.85rem; padding-bottom:.3em }
        th, td { padding:5px 12px 5px 0; border-bottom:1px solid var(--line); text-align:left; font-weight:400; white-space:nowrap }
        thead th { color:var(--soft) } tbody th, td:not(.n) { max-width:24em; min-width:8.5em; white-space:normal;
          overflow-wrap:break-word }
        .n { text-align:right }
        details { margin:.6em 0 } summary { cursor:pointer; color:var(--soft); font-size:.9rem }
        pre { background:var(--card); padding:12px; border-radius:8px; overflow-x:auto; font-size:.82rem }
        .grid { display:grid; grid-template-columns:repeat(auto-fit,minmax(280px,1fr)); gap:8px 20px } .grid figure { margin:.4em 0 }
        .mistakes { display:grid; grid-template-columns:repeat(auto-fill,minmax(104px,1fr)); gap:10px; margin:.5em 0 1.2em }
          .mistakes figure { margin:0 }
        .mistakes img { width:100%; aspect-ratio:1; object-fit:contain; background:var(--card); border-radius:6px }
          .mistakes figcaption { font-size:.74rem; line-height:1.3 }
        .matrix img { width:100%; image-rendering:pixelated; border-radius:4px }
        @media (max-width:620px) { .wide { display:none } .narrow { display:block } main { padding:8px 14px 48px }
          h1 { font-size:1.45rem } .figures { grid-template-columns:repeat(2,1fr) } }
        @media print { body { background:#fff } details { display:none } }
        """;
}

using System.Text;
using OxyPlot;
using OxyPlot.Series;

namespace LiftPlus.Reports;

/// <summary>Builds an HTML page. All text is escaped.</summary>
internal sealed class Page
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

    private readonly StringBuilder _body = new();
    private readonly string _title;
    private int _charts;
    private string? _section;

    public Page(string title)
    {
        _title = PageText.Escape(title);
        _body.Append($"<h1>{_title}</h1>\n");
    }

    public void Section(string title, string? text = null)
    {
        _body.Append($"<h2>{PageText.Escape(title)}</h2>\n");
        _section = title;
        if (text is not null)
            Paragraph(text);
    }

    public void Heading(string text) => _body.Append($"<h3>{PageText.Escape(text)}</h3>\n");

    public void Paragraph(string text, string kind = "") => _body.Append($"<p{Class(kind)}>{PageText.Escape(text)}</p>\n");

    public void List(IEnumerable<string> items)
    {
        _body.Append("<ul>\n");
        foreach (string item in items)
            _body.Append($"<li>{PageText.Escape(item)}</li>\n");
        _body.Append("</ul>\n");
    }

    /// <summary>Adds large figures, each with a name above and a remark below.</summary>
    public void Figures(IEnumerable<(string Name, string Value, string Remark, string Kind)> figures)
    {
        _body.Append("<dl class=\"figures\">\n");
        foreach ((string name, string value, string remark, string kind) in figures)
        {
            _body.Append($"<div{Class(kind)}><dt>{PageText.Escape(name)}</dt>");
            _body.Append($"<dd>{PageText.Escape(value)}<small>{PageText.Escape(remark)}</small></dd></div>\n");
        }

        _body.Append("</dl>\n");
    }

    /// <summary>
    /// Adds a table that scrolls horizontally. Columns of numbers are right-aligned. A caption that repeats the title of the section is not
    /// shown.
    /// </summary>
    public void Table(string caption, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows, int textColumns = 1)
    {
        string title = PageText.Escape(caption);
        _body.Append($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\">");
        _body.Append($"<table>{(caption == _section ? "" : $"<caption>{title}</caption>")}\n<thead><tr>");
        for (int i = 0; i < head.Count; i++)
            _body.Append($"<th scope=\"col\"{Class(i < textColumns ? "" : "n")}>{PageText.Escape(head[i])}</th>");
        _body.Append("</tr></thead>\n<tbody>\n");
        foreach (IReadOnlyList<string> row in rows)
        {
            _body.Append("<tr>");
            for (int i = 0; i < row.Count; i++)
                _body.Append(
                    i == 0
                        ? $"<th scope=\"row\">{PageText.Escape(row[i])}</th>"
                        : $"<td{Class(i < textColumns ? "" : "n")}>{PageText.Escape(row[i])}</td>"
                );
            _body.Append("</tr>\n");
        }

        _body.Append("</tbody></table></div>\n");
    }

    public void Code(string text) => _body.Append($"<pre tabindex=\"0\">{PageText.Escape(text)}</pre>\n");

    /// <summary>Adds a part that readers can expand.</summary>
    public void Details(string summary, Action write)
    {
        _body.Append($"<details><summary>{PageText.Escape(summary)}</summary>\n");
        write();
        _body.Append("</details>\n");
    }

    /// <summary>Adds a chart with the numbers in a table below. The screen shows either its wide or its narrow drawing.</summary>
    /// <param name="caption">The caption of the chart.</param>
    /// <param name="alternative">The alternative text, which says what the chart shows.</param>
    /// <param name="draw">Draws the chart in a size.</param>
    /// <param name="numbers">Writes the table.</param>
    public void Chart(string caption, string alternative, Func<ChartSize, PlotModel> draw, Action numbers)
    {
        _body.Append("<figure>\n");
        Legend(draw(ChartSize.Wide));
        foreach (ChartSize size in (ChartSize[])[ChartSize.Wide, ChartSize.Narrow])
            _body.Append($"<div class=\"{size.Name}\">{ChartSvg.Export(draw(size), size, alternative, $"c{_charts++}-")}</div>\n");
        _body.Append($"<figcaption>{PageText.Escape(caption)}</figcaption>\n");
        Details("Show the numbers", numbers);
        _body.Append("</figure>\n");
    }

    /// <summary>Adds figures side by side if the screen is wide enough.</summary>
    public void Grid(Action write)
    {
        _body.Append("<div class=\"grid\">\n");
        write();
        _body.Append("</div>\n");
    }

    /// <summary>Adds a small chart, with a single drawing, to a <see cref="Grid"/>.</summary>
    public void SmallChart(string caption, string alternative, PlotModel chart)
    {
        _body.Append("<figure>");
        Legend(chart);
        _body.Append(ChartSvg.Export(chart, ChartSize.Small, alternative, $"c{_charts++}-"));
        _body.Append($"<figcaption>{PageText.Escape(caption)}</figcaption></figure>\n");
    }

    /// <summary>Adds an image, embedded in the page.</summary>
    public void Image(byte[] bytes, string mediaType, string alternative, string caption, string kind = "")
    {
        _body.Append($"<figure{Class(kind)}><img src=\"data:{mediaType};base64,{Convert.ToBase64String(bytes)}\" ");
        _body.Append($"alt=\"{PageText.Escape(alternative)}\"><figcaption>{PageText.Escape(caption)}</figcaption></figure>\n");
    }

    /// <summary>Adds thumbnails side by side.</summary>
    public void Mistakes(IEnumerable<(Thumbnail Thumbnail, string Text)> shown) =>
        Thumbnails(shown.Select(entry => (entry.Thumbnail.Jpeg, entry.Text)));

    /// <inheritdoc cref="Mistakes"/>
    public void Thumbnails(IEnumerable<(byte[] Jpeg, string Text)> shown)
    {
        _body.Append("<div class=\"mistakes\">\n");
        foreach ((byte[] jpeg, string text) in shown)
            Image(jpeg, "image/jpeg", text, text);
        _body.Append("</div>\n");
    }

    public override string ToString() =>
        $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>{_title}</title>
            <style>
            {PageStyle.Css}
            </style>
            </head>
            <body>
            <main>
            {_body}</main>
            </body>
            </html>

            """;

    // Explains the colours and strokes if there is more than one.
    private void Legend(PlotModel chart)
    {
        Series[] named = [.. chart.Series.Where(series => series.Title is not null)];
        if (named.Length < 2)
            return;
        _body.Append("<p class=\"legend\">");
        foreach (Series series in named)
        {
            (string kind, OxyColor color) = series switch
            {
                AreaSeries area => ("area", area.Fill),
                LineSeries line => (line.LineStyle == LineStyle.Solid ? "line" : "dash", line.Color),
                RectangleBarSeries bars => ("area", bars.FillColor),
                _ => throw new InvalidOperationException($"The legend has no symbol for {series.GetType().Name}."),
            };
            _body.Append(
                $"<span><i class=\"{kind}\" style=\"color:{ChartColors.Variable(color)}\"></i>{PageText.Escape(series.Title)}</span> "
            );
        }

        _body.Append("</p>\n");
    }

    private static string Class(string kind) => kind.Length == 0 ? "" : $" class=\"{kind}\"";
}

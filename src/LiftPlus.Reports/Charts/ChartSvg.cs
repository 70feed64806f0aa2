using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using OxyPlot;

namespace LiftPlus.Reports;

/// <summary>
/// Turns OxyPlot's SVG into a part of an HTML page: scalable, in the page's colours, with alternative text and unique ids.
/// </summary>
internal static partial class ChartSvg
{
    public static string Export(PlotModel plot, ChartSize size, string alternative, string idPrefix)
    {
        var exporter = new SvgExporter
        {
            Width = size.Width,
            Height = size.Height,
            TextMeasurer = new PixelText(size),
        };
        string text = exporter.ExportToString(plot);
        using var reader = XmlReader.Create(
            new StringReader(text),
            new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null }
        );
        XElement svg = XDocument.Load(reader).Root!;
        foreach (XElement element in svg.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
            element
                .Attributes()
                .Where(attribute =>
                    attribute.IsNamespaceDeclaration || attribute.Name == "shape-rendering" || attribute.Name == "font-family"
                )
                .Remove();
            foreach (XAttribute attribute in element.Attributes())
                attribute.Value = Adapt(attribute, idPrefix);
            if (element.Attribute("fill") is XAttribute fill && fill.Value.StartsWith("var", StringComparison.Ordinal))
            {
                // Only the style attribute may refer to a variable.
                element.SetAttributeValue("style", $"fill:{fill.Value};{element.Attribute("style")?.Value}");
                fill.Remove();
            }
        }

        svg.RemoveAttributes();
        svg.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {size.Width} {size.Height}"));
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-label", PageText.Clean(alternative));
        return svg.ToString(SaveOptions.DisableFormatting);
    }

    private static string Adapt(XAttribute attribute, string idPrefix) =>
        attribute.Name.LocalName switch
        {
            "id" => idPrefix + attribute.Value,
            "clip-path" => attribute.Value.Replace("url(#", $"url(#{idPrefix}", StringComparison.Ordinal),
            "style" or "fill" or "stroke" => Stroke()
                .Replace(
                    Color()
                        .Replace(attribute.Value, color =>
                            ChartColors.Variable(byte.Parse(color.Groups[1].Value, CultureInfo.InvariantCulture)) ?? color.Value
                        ),
                    "$1"
                ),
            _ => Decimals().Replace(attribute.Value, "$1"), // a tenth of a pixel is enough
        };

    [GeneratedRegex(@"rgb\(1,0,(\d{1,3})\)")]
    private static partial Regex Color();

    [GeneratedRegex(@"(opacity:0\.\d\d)\d+")]
    private static partial Regex Stroke();

    [GeneratedRegex(@"(\d+\.\d)\d+")]
    private static partial Regex Decimals();

    /// <summary>Measures text in pixels, where OxyPlot takes three quarters of the size of the font for its size in points.</summary>
    private sealed class PixelText(ChartSize size) : PdfRenderContext(size.Width, size.Height, OxyColors.Undefined)
    {
        public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight) =>
            base.MeasureText(text, fontFamily, fontSize * 4 / 3, fontWeight);
    }
}

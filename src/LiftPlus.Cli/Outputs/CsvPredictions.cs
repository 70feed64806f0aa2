using System.Globalization;

namespace LiftPlus.Cli.Outputs;

/// <summary>Writes a table: path, class and probability (class2 and so on for the next), and the error of an unreadable image.</summary>
internal sealed class CsvPredictions : IPredictionWriter
{
    private readonly TextWriter _output;
    private readonly int _top;

    public CsvPredictions(TextWriter output, int top)
    {
        (_output, _top) = (output, top);
        IEnumerable<string> scores = Enumerable
            .Range(1, top)
            .Select(rank => rank == 1 ? "class,probability" : $"class{rank},probability{rank}");
        output.WriteLine($"path,{string.Join(',', scores)},error");
    }

    public void Write(Prediction prediction)
    {
        IEnumerable<string> scores = prediction.Top.SelectMany(score =>
            new[] { score.ClassName, score.Probability.ToString("0.######", CultureInfo.InvariantCulture) }
        );
        string[] cells =
        [
            prediction.Path,
            .. scores.Concat(Enumerable.Repeat("", 2 * _top)).Take(2 * _top),
            prediction.Error?.Message ?? "",
        ];
        _output.WriteLine(string.Join(',', cells.Select(Quote)));
    }

    public void End() { }

    // RFC 4180. A line break in a message would split the row for most readers.
    private static string Quote(string cell)
    {
        cell = cell.ReplaceLineEndings(" ");
        return cell.AsSpan().IndexOfAny(',', '"') < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

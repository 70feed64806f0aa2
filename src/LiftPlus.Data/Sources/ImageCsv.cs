using Microsoft.VisualBasic.FileIO;

namespace LiftPlus.Data;

/// <summary>Reads a dataset from a table with a header, one column of paths and one of labels.</summary>
internal static class ImageCsv
{
    public static ImageListing Read(
        string file,
        string pathColumn,
        string labelColumn,
        string? root,
        IReadOnlyList<string>? classNames,
        char separator
    )
    {
        using TextFieldParser parser = new(new StringReader(TextFile.ReadText(file, "table")))
        {
            TrimWhiteSpace = true,
            HasFieldsEnclosedInQuotes = true,
        };
        parser.SetDelimiters(separator.ToString());
        root = ImageList.RootOf(file, root);
        var labels = new LabelTexts($"The table '{file}'", "line");
        var paths = new List<string>();
        string[] header = Fields(parser, labels) ?? [];
        int pathAt = Column(header, pathColumn, file, separator),
            labelAt = Column(header, labelColumn, file, separator);
        while (!parser.EndOfData)
        {
            long line = parser.LineNumber;
            if (Fields(parser, labels) is not string[] fields)
                continue;
            if (fields.Length != header.Length)
                labels.Fault(line, $"{fields.Length} fields, the header has {header.Length}");
            else if (fields[pathAt].Length == 0 || fields[labelAt].Length == 0)
                labels.Fault(line, $"no {(fields[pathAt].Length == 0 ? pathColumn : labelColumn)}");
            else if (fields[pathAt].Contains('\0'))
                labels.Fault(line, "the path contains a zero byte, so this is not a text file");
            else
                labels.Add(line, fields[labelAt]);
            paths.Add(fields.Length == header.Length ? Path.Combine(root, fields[pathAt]) : "");
        }

        (int[] numbers, IReadOnlyList<string> names) = labels.Resolve(classNames);
        return new ImageListing([.. paths.Zip(numbers, (path, label) => new LabeledImage(path, label))], names);
    }

    private static string[]? Fields(TextFieldParser parser, LabelTexts labels)
    {
        try
        {
            return parser.ReadFields();
        }
        catch (MalformedLineException)
        {
            labels.Fault(
                parser.ErrorLineNumber,
                $"'{LabelTexts.Shorten(parser.ErrorLine)}' has a quote that does not end, or more behind it"
            );
            return null;
        }
    }

    private static int Column(string[] header, string name, string file, char separator)
    {
        int at = Array.FindIndex(header, column => column.Trim('\uFEFF').Equals(name, StringComparison.OrdinalIgnoreCase));
        return at >= 0
            ? at
            : throw new LiftPlusException(
                $"The table '{file}' has no column '{name}'; "
                    + $"its first line names {string.Join(", ", header.Select(column => $"'{LabelTexts.Shorten(column)}'"))}. "
                    + $"Name the column, or the separator if it is not '{separator}'."
            );
    }
}

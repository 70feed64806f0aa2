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
        char separator,
        DatasetReadOptions options
    )
    {
        string[] lines = TextFile.ReadLines(file, "table");
        var rows = new CsvRows(lines, separator);
        var list = new ListedImages($"The table '{file}'", "line", ImageList.RootOf(file, root), options);
        string[] header = rows.TryRead(out _, out string[]? first) && first is not null ? first : [];
        int pathAt = Column(header, pathColumn, file, separator),
            labelAt = Column(header, labelColumn, file, separator);
        while (rows.TryRead(out int line, out string[]? fields))
        {
            if (fields is null)
                list.Fault(line, $"'{LabelTexts.Shorten(lines[line - 1])}' has a quote that does not end, or more behind it");
            else if (fields.Length != header.Length)
                list.Fault(line, $"{fields.Length} fields, the header has {header.Length}");
            else if (fields[pathAt].Length == 0 || fields[labelAt].Length == 0)
                list.Fault(line, $"no {(fields[pathAt].Length == 0 ? pathColumn : labelColumn)}");
            else
                list.Add(line, fields[pathAt], fields[labelAt]);
        }

        return list.Resolve(classNames);
    }

    private static int Column(string[] header, string name, string file, char separator)
    {
        int at = Array.FindIndex(header, column => column.Equals(name, StringComparison.OrdinalIgnoreCase));
        return at >= 0
            ? at
            : throw new LiftPlusException(
                $"The table '{file}' has no column '{name}'; "
                    + $"its first line names {string.Join(", ", header.Select(column => $"'{LabelTexts.Shorten(column)}'"))}. "
                    + $"Name the column, or the separator if it is not '{separator}'."
            );
    }
}

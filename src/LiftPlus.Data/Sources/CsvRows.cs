namespace LiftPlus.Data;

/// <summary>
/// Reads the rows of a table as RFC 4180 describes them: fields may be in quotes, and then contain separators, quotes and line ends. Blank
/// lines and spaces around fields are left out. Takes time in proportion to the text.
/// </summary>
internal sealed class CsvRows(IReadOnlyList<string> lines, char separator)
{
    private int _line;

    /// <summary>Reads the next row.</summary>
    /// <param name="number">The number of its first line, from 1.</param>
    /// <param name="fields">The fields; null if the row is not valid.</param>
    /// <returns>False at the end.</returns>
    public bool TryRead(out int number, out string[]? fields)
    {
        while (_line < lines.Count && string.IsNullOrWhiteSpace(lines[_line]))
            _line++;
        number = _line + 1;
        fields = _line < lines.Count ? Fields() : null;
        return number <= lines.Count;
    }

    private string[]? Fields()
    {
        string line = lines[_line++];
        var fields = new List<string>();
        for (int at = 0; ; at++)
        {
            while (at < line.Length && line[at] == ' ' && separator != ' ')
                at++;
            if (at < line.Length && line[at] == '"')
            {
                if (Quoted.Read(ref line, ref at, () => _line < lines.Count ? lines[_line++] : null) is not string text)
                    return null;
                while (at < line.Length && line[at] == ' ' && separator != ' ')
                    at++;
                if (at < line.Length && line[at] != separator)
                    return null;
                fields.Add(text.Trim());
            }
            else
            {
                int end = line.IndexOf(separator, at) is int found and >= 0 ? found : line.Length;
                fields.Add(line[at..end].Trim());
                at = end;
            }

            if (at >= line.Length)
                return [.. fields];
        }
    }
}

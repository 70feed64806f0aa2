using System.Text.Json;
using LiftPlus.Texts;

namespace LiftPlus.Data;

/// <summary>Reads old and new class names.</summary>
internal static class ClassNameMapFile
{
    /// <summary>
    /// Reads <c>n01440764 tench, Tinca tinca</c> lines as published (a tab or comma works as well, and quotes), or a json object of texts.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Read(string file)
    {
        string[] lines = TextFile.ReadLines(file, "class name map");
        var map = new Dictionary<string, string>();
        var keys = new HashSet<string>();
        void Add(string place, string old, string name)
        {
            if (!keys.Add(ClassName.Key(old)))
                throw new LiftPlusException($"{place} of the class name map '{file}' names '{old}' a second time.");
            map.Add(old, name);
        }

        if (lines.FirstOrDefault(line => !string.IsNullOrWhiteSpace(line))?.TrimStart().StartsWith('{') == true)
        {
            using JsonDocument document = ClassNames.Parse(file, string.Join('\n', lines));
            foreach (JsonProperty entry in document.RootElement.EnumerateObject())
                Add($"'{entry.Name}'", entry.Name, ClassNames.TextOf(file, entry.Name, entry.Value));
        }
        else
        {
            bool isTable = IsTable(lines);
            for (int i = 0; i < lines.Length; i++)
            {
                string line = lines[i].Trim();
                if (line.Length == 0)
                    continue;
                if (Split(line, isTable) is not (string old, string name))
                    throw new LiftPlusException(
                        $"Line {i + 1} of the class name map '{file}' reads '{LabelTexts.Shorten(line)}'; "
                            + "it must read 'old name', a tab, comma or space, 'new name'."
                    );
                Add($"Line {i + 1}", old, name);
            }
        }

        return map.Count > 0 ? map : throw new LiftPlusException($"The class name map '{file}' is empty.");
    }

    // Every line has a comma with a name at once behind it: a table, whose old names may contain spaces.
    private static bool IsTable(string[] lines) =>
        lines.All(line =>
            string.IsNullOrWhiteSpace(line) || line.IndexOf(',') is int at and > 0 && at + 1 < line.Length && line[at + 1] != ' '
        );

    private static (string Old, string New)? Split(string line, bool isTable)
    {
        int end = 0;
        if (line[0] == '"')
            return Quoted.Read(ref line, ref end) is string quoted ? Pair(quoted, line[end..].TrimStart(' ', '\t', ',')) : null;
        int at =
            line.IndexOf('\t') is int tab and >= 0 ? tab
            : isTable ? line.IndexOf(',')
            : line.IndexOfAny([',', ' ']);
        return at <= 0 ? null : Pair(line[..at], line[(at + 1)..]);
    }

    private static (string, string)? Pair(string old, string name)
    {
        name = Quoted.Strip(name.Trim());
        return old.Trim().Length > 0 && name.Trim().Length > 0 ? (old.Trim(), name.Trim()) : null;
    }
}

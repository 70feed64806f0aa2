using System.Collections.Immutable;
using LiftPlus.Messages;

namespace LiftPlus.Data;

/// <summary>Counts and names the files and folders that a source does not read.</summary>
internal sealed class PassedOver
{
    /// <summary>Files that are not images by their names.</summary>
    public const string Endings = "files with endings that the decoder does not read";

    /// <summary>Links to files and folders outside the dataset's folder.</summary>
    public const string Outside = $"links that lead out of the folder ({nameof(DatasetReadOptions.AllowOutsideRoot)} allows them)";

    /// <summary>Files and folders that are not the user's.</summary>
    public const string Ignored = "hidden files and folders, and those of systems and tools, such as .DS_Store and @eaDir";

    private const int MostNamed = 5,
        MostEndings = 10;

    private readonly Dictionary<string, (int Count, List<string> Named)> _kinds = [];
    private readonly Dictionary<string, int> _endings = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds a file or folder.</summary>
    /// <param name="kind">Its kind in the plural: "links that lead out of the folder".</param>
    /// <param name="path">Its path.</param>
    public void Add(string kind, string path)
    {
        (int count, List<string> named) = _kinds.GetValueOrDefault(kind, (0, []));
        if (named.Count < MostNamed)
            named.Add($"'{path}'");
        _kinds[kind] = (count + 1, named);
        if (kind == Endings)
            _endings[EndingOf(path)] = _endings.GetValueOrDefault(EndingOf(path)) + 1;
    }

    /// <summary>Gets a sentence for each kind.</summary>
    public ImmutableArray<string> Remarks => [.. _kinds.Select(entry => Describe(entry.Key, entry.Value.Count, entry.Value.Named))];

    /// <summary>Counts the endings of names, the most frequent first: ".tif 2, .ppm 1".</summary>
    public static string CountEndings(IEnumerable<string> names) => List(names.CountBy(EndingOf, StringComparer.OrdinalIgnoreCase));

    private string Describe(string kind, int count, List<string> named) =>
        $"Not read, {kind}: {count:N0}{(kind == Endings ? $" ({List(_endings)})" : "")}, "
        + $"{(count > named.Count ? "among them " : "")}{string.Join(", ", named)}.";

    private static string List(IEnumerable<KeyValuePair<string, int>> endings) =>
        MessageText.First(
            endings.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).Select(entry => $"{entry.Key} {entry.Value}"),
            MostEndings
        );

    private static string EndingOf(string path) => Path.GetExtension(path) is { Length: > 0 } ending ? ending : "no ending";
}

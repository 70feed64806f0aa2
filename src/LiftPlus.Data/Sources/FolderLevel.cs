using LiftPlus.Messages;

namespace LiftPlus.Data;

/// <summary>Points out a dataset that is read one folder too high: where the folders are its parts, not its classes.</summary>
internal static class FolderLevel
{
    private const int MostNamed = 3;

    private static readonly HashSet<string> s_parts = new(
        [
            .. new[] { "train", "training", "val", "valid", "validation", "test", "testing", "eval", "evaluation", "dev", "trainval" },
            .. new[] { "train_set", "training_set", "val_set", "validation_set", "test_set", "testing_set" },
        ],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Throws if the folders that would be classes are named as the parts of a dataset are.</summary>
    /// <param name="place">The folder or archive.</param>
    /// <param name="folders">The names of the folders.</param>
    /// <param name="remedy">Returns how to read a folder alone: "read 'flowers/train'".</param>
    /// <exception cref="LiftPlusException">All folders are named so, or two of them.</exception>
    public static void RefuseParts(string place, IReadOnlyCollection<string> folders, Func<string, string> remedy)
    {
        string[] parts = [.. folders.Where(s_parts.Contains)];
        if (parts.Length == folders.Count || parts.Length > 1)
            throw new LiftPlusException(
                $"'{place}' holds {string.Join(" and ", parts.Take(MostNamed).Select(name => $"'{name}'"))}: parts of a dataset, not "
                    + $"classes. Make each a dataset ({remedy(parts[0])}), or give class names if these are the classes."
            );
    }

    /// <summary>Returns a remark if every class's images lie in folders inside the class folder.</summary>
    /// <param name="place">The folder or archive.</param>
    /// <param name="remedy">As for <see cref="RefuseParts"/>.</param>
    /// <param name="classes">The classes, with their images' paths inside the class folder.</param>
    public static string? Remark(
        string place,
        Func<string, string> remedy,
        IReadOnlyList<(string Name, IEnumerable<string> Images)> classes
    )
    {
        if (classes.SelectMany(one => one.Images).Any(path => path.IndexOfAny(['/', Path.DirectorySeparatorChar]) < 0))
            return null;
        string[] inner =
        [
            .. classes.SelectMany(one => one.Images).Select(path => path[..path.IndexOfAny(['/', Path.DirectorySeparatorChar])]).Distinct(),
        ];
        return $"Every class folder of '{place}' holds only folders ({MessageText.First(inner, MostNamed)}), whose images belong to the "
            + $"classes {MessageText.First(classes.Select(one => one.Name), MostNamed)}. "
            + $"If '{inner[0]}' is a class, {remedy(classes[0].Name)} instead.";
    }
}

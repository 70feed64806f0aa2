namespace LiftPlus.Texts;

/// <summary>
/// Decides which class names are the same. Everywhere, '_' equals a space, several spaces equal one, and accented letters are equal however
/// Unicode stores them; a text tower cannot tell these names apart either. Upper and lower case differ.
/// </summary>
internal static class ClassName
{
    /// <summary>Returns what equal names have in common; empty for null.</summary>
    public static string Key(string? name) =>
        name is null ? "" : string.Join(' ', ToText(Composition.Compose(name)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Returns the words of a name, with spaces in place of '_'.</summary>
    public static string ToText(string name) => name.Replace('_', ' ');

    /// <summary>Returns whether two lists have the same names in the same order.</summary>
    public static bool AreSame(IReadOnlyList<string> first, IReadOnlyList<string> second) =>
        first.Count == second.Count && first.Zip(second).All(pair => pair.First == pair.Second || Key(pair.First) == Key(pair.Second));

    /// <summary>Returns the label of each name, by its key.</summary>
    /// <param name="names">The class names in label order.</param>
    /// <param name="owner">How messages refer to what has these classes: "the model".</param>
    /// <exception cref="LiftPlusException">Two classes have the same name. Published lists may repeat names.</exception>
    public static Dictionary<string, int> Labels(IReadOnlyList<string> names, string owner)
    {
        var labels = new Dictionary<string, int>(names.Count, StringComparer.Ordinal);
        for (int label = 0; label < names.Count; label++)
        {
            if (!labels.TryAdd(Key(names[label]), label))
            {
                int first = labels[Key(names[label])];
                throw new LiftPlusException(
                    $"The class name '{names[label]}' of {owner} stands for the labels {first} and {label}"
                        + $"{Difference(names[first], names[label])}, so classes cannot be matched by name: "
                        + "give each class a different name."
                );
            }
        }

        return labels;
    }

    /// <summary>Describes how two names that are the same, or nearly, differ, as an insertion; empty if they do not.</summary>
    public static string Difference(string first, string second) =>
        first == second ? ""
        : Composition.Compose(first) == Composition.Compose(second)
            ? " (they differ only in how Unicode stores accented letters: in one piece or as letter and accent)"
        : ToText(first) == ToText(second) ? $" ('{first}' and '{second}' differ only in '_' and ' ')"
        : Key(first) == Key(second) ? $" ('{first}' and '{second}' differ only in spaces, '_' and how Unicode stores accented letters)"
        : Key(first).Equals(Key(second), StringComparison.OrdinalIgnoreCase)
            ? $" ('{first}' and '{second}' differ only in upper and lower case)"
        : "";
}

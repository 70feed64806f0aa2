using System.Collections.Immutable;
using LiftPlus.Texts;

namespace LiftPlus.Recipe;

/// <summary>Collects the descriptions of classes from a list that may name a class twice.</summary>
internal static class DescribedClasses
{
    /// <summary>Returns the texts by class name. If a name is given twice, its first texts are kept, and an error names it.</summary>
    public static ImmutableSortedDictionary<string, ImmutableArray<string>> From<TTexts>(
        IEnumerable<KeyValuePair<string, TTexts>> descriptions,
        out IReadOnlyList<string> errors
    )
        where TTexts : IEnumerable<string>
    {
        List<string> names = [],
            problems = [];
        var all = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach ((string? name, TTexts? texts) in descriptions)
        {
            if (name is null)
            {
                problems.Add("ClassDescriptions: a class name is null. Give the name of a class of the data.");
                continue;
            }

            names.Add(name);
            if (!all.ContainsKey(name))
                all.Add(name, texts is null ? default : [.. texts]);
        }

        errors = [.. problems, .. Repeated(names).Except(Repeated(all.Keys))]; // those of different names are in the recipe
        return all.ToImmutable();
    }

    /// <summary>Returns an error for every class that has several descriptions.</summary>
    public static IEnumerable<string> Repeated(IEnumerable<string> names) =>
        from name in names
        group name by ClassName.Key(name) into same
        where same.Count() > 1
        select $"ClassDescriptions: {string.Join(" and ", same.Order(StringComparer.Ordinal).Select(name => $"'{name}'"))} name the same "
            + "class. Describe it once, with all its texts in one list.";
}

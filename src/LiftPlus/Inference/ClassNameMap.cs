using System.Collections.Immutable;
using LiftPlus.Messages;
using LiftPlus.Texts;

namespace LiftPlus.Inference;

/// <summary>Matches a dataset's classes to a model's by name.</summary>
internal static class ClassNameMap
{
    private const int ListedNames = 5;

    /// <summary>Returns the model's label for each of the dataset's labels.</summary>
    /// <exception cref="LiftPlusException">
    /// The dataset has classes that the model does not know, or the order differs and a name stands for two classes.
    /// </exception>
    public static ImmutableArray<int> Match(IReadOnlyList<string> names, IReadOnlyList<string> modelNames)
    {
        if (ClassName.AreSame(names, modelNames))
            return [.. Enumerable.Range(0, names.Count)];
        Dictionary<string, int> labels = ClassName.Labels(modelNames, "the model");
        string[] unknown = [.. names.Where(name => !labels.ContainsKey(ClassName.Key(name)))];
        if (unknown.Length > 0)
        {
            throw new LiftPlusException(
                $"The dataset has {unknown.Length} of {names.Count} classes that the model does not know: {List(unknown)}"
                    + $"{NearlyKnown(unknown, modelNames)}. "
                    + $"The model knows {modelNames.Count}: {List(modelNames)}. Name the dataset's classes as the training set's."
            );
        }

        ClassName.Labels(names, "the dataset");
        return [.. names.Select(name => labels[ClassName.Key(name)])];
    }

    private static string NearlyKnown(string[] unknown, IReadOnlyList<string> modelNames) =>
        unknown
            .Take(ListedNames)
            .SelectMany(name => modelNames.Select(known => ClassName.Difference(known, name)))
            .FirstOrDefault(difference => difference.Length > 0)
        ?? "";

    private static string List(IReadOnlyList<string> names) => MessageText.First(names.Select(name => $"'{name}'"), ListedNames);
}

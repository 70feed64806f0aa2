using System.Collections.Immutable;
using LiftPlus.Messages;

namespace LiftPlus.Inference;

/// <summary>Matches a dataset's classes to a model's by name.</summary>
internal static class ClassNameMap
{
    private const int ListedNames = 5;

    /// <summary>Returns the model's label for each of the dataset's labels.</summary>
    /// <exception cref="LiftPlusException">The dataset has classes that the model does not know.</exception>
    public static ImmutableArray<int> Match(IReadOnlyList<string> names, IReadOnlyList<string> modelNames)
    {
        if (names.SequenceEqual(modelNames))
            return [.. Enumerable.Range(0, names.Count)];
        var labels = new Dictionary<string, int>();
        for (int label = 0; label < modelNames.Count; label++)
            labels.TryAdd(modelNames[label], label);
        string[] unknown = [.. names.Where(name => !labels.ContainsKey(name))];
        if (unknown.Length > 0)
        {
            throw new LiftPlusException(
                $"The dataset has {unknown.Length} of {names.Count} classes that the model does not know: {List(unknown)}. "
                    + $"The model knows {modelNames.Count}: {List(modelNames)}. Name the dataset's classes as the training set's."
            );
        }

        return [.. names.Select(name => labels[name])];
    }

    private static string List(IReadOnlyList<string> names) => MessageText.First(names.Select(name => $"'{name}'"), ListedNames);
}

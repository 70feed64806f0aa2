using System.Collections.Immutable;
using LiftPlus.Classifiers;
using LiftPlus.Messages;
using LiftPlus.Texts;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>
/// Changes the classes of a model: takes the rows of its classifier apart, and puts them together again. The rows share the memory of the
/// old classifier; the new one copies them.
/// </summary>
internal sealed class ClassRows
{
    private const int ListedNames = 5;

    private readonly List<ClassRow> _rows = [];
    private readonly FineTuningRecipe _recipe;

    /// <exception cref="LiftPlusException">The classifier does not keep one row of values for each class.</exception>
    public ClassRows(ModelHead head)
    {
        if (head.Classifier is not WeightedClassifier classifier)
        {
            throw new LiftPlusException(
                $"The classes of a model with the classifier '{head.Recipe.Classifier.Type}' cannot be changed, because it is not known to "
                    + "have one row of weights for each class. Train again with the classes that you want, or use a cosine, linear, l2norm "
                    + "or layernorm classifier."
            );
        }

        Classifier = classifier;
        _recipe = head.Recipe;
        ILookup<string, ImmutableArray<string>> descriptions = _recipe.ClassDescriptions.ToLookup(
            entry => ClassName.Key(entry.Key),
            entry => entry.Value
        );
        int first = 0;
        foreach ((int label, string name) in head.Classes.Names.Index())
        {
            int count = classifier.RowCounts[label];
            Tensor weight = classifier.Weight.narrow(0, first, count);
            _rows.Add(
                new ClassRow(name, head.Classes.Counts[label], weight, classifier.Bias?.narrow(0, first, count))
                {
                    Description = descriptions[ClassName.Key(name)].FirstOrDefault(ImmutableArray<string>.Empty),
                }
            );
            first += count;
        }
    }

    /// <summary>Gets the classifier that the rows are of.</summary>
    public WeightedClassifier Classifier { get; }

    /// <summary>Requires that classes can be inserted.</summary>
    /// <param name="replaced">The class that they replace; null for a place at the end.</param>
    /// <param name="names">Their names.</param>
    /// <exception cref="LiftPlusException">
    /// There is no such class, or it would be replaced by fewer than two, or a name is blank, taken or given twice.
    /// </exception>
    public void RequirePlace(string? replaced, IReadOnlyList<string> names)
    {
        int[] old = replaced is null ? [] : [Find(replaced)];
        if (replaced is not null && names.Count < 2)
            throw new LiftPlusException($"'{replaced}' would be split into {names.Count} classes; give two or more.");
        foreach ((int index, string name) in names.Index())
        {
            RequireFree(name, old);
            if (names.Take(index).FirstOrDefault(earlier => ClassName.Key(earlier) == ClassName.Key(name)) is string earlier)
                throw new LiftPlusException(
                    $"Two of the new classes have the name '{name}'{ClassName.Difference(earlier, name)}; give them different names."
                );
        }
    }

    /// <inheritdoc cref="RequirePlace"/>
    public void Insert(string? replaced, IReadOnlyList<ClassSources> sources)
    {
        RequirePlace(replaced, [.. sources.Select(source => source.Class.Name)]);
        int place = _rows.Count;
        if (replaced is not null)
        {
            place = Find(replaced);
            _rows.RemoveAt(place);
        }

        NewDirections directions = new(_rows.Count > 0 ? cat([.. _rows.Select(row => row.Weight)]) : Classifier.Weight);
        _rows.InsertRange(place, sources.Select(source => Make(source, directions)).ToArray());
    }

    /// <exception cref="LiftPlusException">There is no such class, or no other one.</exception>
    public void Remove(string name)
    {
        int label = Find(name);
        if (_rows.Count == 1)
            throw new LiftPlusException($"'{name}' is the only class of the model, which needs at least one.");
        _rows.RemoveAt(label);
    }

    /// <exception cref="LiftPlusException">There is no such class, or the new name is blank or taken.</exception>
    public void Rename(string name, string newName)
    {
        int label = Find(name);
        RequireFree(newName, label);
        _rows[label] = _rows[label] with { Name = newName };
    }

    /// <exception cref="LiftPlusException">A class does not exist, the new name is blank, or there are fewer than two classes.</exception>
    public void Merge(string into, IReadOnlyList<string> names)
    {
        int[] labels = [.. names.Select(Find).Concat(Labels(into)).Distinct().Order()];
        if (labels.Length < 2)
            throw new LiftPlusException($"'{into}' would be made of {labels.Length} class; give the names of two or more.");
        RequireFree(into, labels);
        ClassRow[] merged = [.. labels.Select(label => _rows[label])];
        _rows[labels[0]] = new ClassRow(
            into,
            merged.Sum(row => row.Count),
            cat([.. merged.Select(row => row.Weight)]),
            Classifier.Bias is null ? null : cat([.. merged.Select(row => row.Bias!)])
        )
        {
            Description = merged.FirstOrDefault(row => ClassName.Key(row.Name) == ClassName.Key(into))?.Description ?? [],
        };
        foreach (int label in labels[1..].Reverse())
            _rows.RemoveAt(label);
    }

    /// <summary>Makes the new classes. The classifier is of the same kind as the old one and owns its values.</summary>
    public ModelHead ToHead()
    {
        FineTuningRecipe recipe = _recipe with
        {
            ClassDescriptions = _rows
                .Where(row => row.Description.Length > 0)
                .DistinctBy(row => ClassName.Key(row.Name))
                .ToImmutableSortedDictionary(row => row.Name, row => row.Description, StringComparer.Ordinal),
        };
        using var random = new Generator((ulong)recipe.Training.Seed);
        var context = new ClassifierContext(Classifier.Weight.shape[1], _rows.Count, random)
        {
            RowCounts = [.. _rows.Select(row => (int)row.Weight.shape[0])],
        };
        var classifier = (WeightedClassifier)recipe.Classifier.CreateClassifier(context);
        classifier.to(Classifier.Weight.device);
        classifier.eval();
        classifier.SetWeight(cat([.. _rows.Select(row => row.Weight)]));
        classifier.Bias?.copy_(cat([.. _rows.Select(row => row.Bias!)]));
        foreach (Tensor kept in classifier.parameters())
            kept.DetachFromDisposeScope();
        var classes = new ClassDistribution(_rows.Select(row => row.Name), _rows.Select(row => row.Count));
        return new ModelHead(classes, classifier, recipe);
    }

    private int Find(string name)
    {
        int[] labels = [.. Labels(name)];
        return labels switch
        {
            [int label] => label,
            [] => throw new LiftPlusException(
                $"The model has no class '{name}'. Its {_rows.Count} classes are "
                    + $"{MessageText.First(_rows.Select(row => $"'{row.Name}'"), ListedNames)}. Check the spelling."
            ),
            _ => throw new LiftPlusException(
                $"The class name '{name}' stands for the labels {string.Join(", ", labels)} of the model. Give the classes of the dataset "
                    + "different names, and train again."
            ),
        };
    }

    private void RequireFree(string name, params IEnumerable<int> except)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw new LiftPlusException("The name of the class is blank; give every class a name.");
        if (Labels(name).Except(except).Select(label => _rows[label].Name).FirstOrDefault() is string taken)
            throw new LiftPlusException(
                $"The model already has the class '{taken}'{ClassName.Difference(taken, name)}; give the class a different name."
            );
    }

    private IEnumerable<int> Labels(string name)
    {
        string key = ClassName.Key(name);
        return Enumerable.Range(0, _rows.Count).Where(label => ClassName.Key(_rows[label].Name) == key);
    }

    // The classifiers that divide a row by its length do not see it; where training goes on, it is like the lengths of the others.
    private ClassRow Make(ClassSources source, NewDirections directions) =>
        new(
            source.Class.Name,
            source.Images,
            directions.Of(source).mul(Classifier.Weight.norm(1).mean()).unsqueeze(0), // (1, D)
            Classifier.Bias?.mean([0], keepdim: true)
        )
        {
            Description = source.Class.Description is string words ? [words] : [],
        };
}

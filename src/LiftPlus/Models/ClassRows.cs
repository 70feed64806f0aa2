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
internal sealed partial class ClassRows
{
    private const int ListedNames = 5;

    private static readonly Scalar s_shortest = TensorMath.Hold(1e-12);
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

    /// <summary>Gets whether the classifier was initialised with the words of the classes, where the backbone can read.</summary>
    public bool NamesTookPart => _recipe.Initialization is ClassifierInitialization.Auto or ClassifierInitialization.Semantic;

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
    public void Insert(string? replaced, IReadOnlyList<ClassRow> rows)
    {
        RequirePlace(replaced, [.. rows.Select(row => row.Name)]);
        int place = _rows.Count;
        if (replaced is not null)
        {
            place = Find(replaced);
            _rows.RemoveAt(place);
        }

        _rows.InsertRange(place, rows);
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

    /// <exception cref="LiftPlusException">τ is not from 0 to 1, or the classifier is not linear.</exception>
    public void Normalize(double tau)
    {
        string[] problems =
        [
            .. tau is >= 0 and <= 1 ? [] : (string[])[FormattableString.Invariant($"τ is {tau}; give a number from 0 to 1")],
            .. Classifier is LinearClassifier
                ? []
                : (string[])[$"the classifier '{_recipe.Classifier.Type}' compares directions; train with a linear classifier"],
        ];
        if (problems.Length > 0)
            throw new LiftPlusException($"The classifier cannot be normalised: {string.Join("; ", problems)}.");
        Scalar held = TensorMath.Hold(tau);
        for (int i = 0; i < _rows.Count; i++)
        {
            Tensor lengths = _rows[i].Weight.square().sum(1, keepdim: true).sqrt().clamp_min(s_shortest);
            _rows[i] = _rows[i] with
            {
                Weight = _rows[i].Weight.div(lengths.pow(held)),
                Bias = _rows[i].Bias is Tensor bias ? zeros_like(bias) : null,
            };
        }

        GC.KeepAlive(held);
    }

    private int Find(string name) => Find(name, [.. _rows.Select(row => row.Name)]);

    /// <summary>Returns the label of a class.</summary>
    /// <param name="name">The name of the class.</param>
    /// <param name="names">The names of the model's classes.</param>
    /// <exception cref="LiftPlusException">There is no such class, or more than one.</exception>
    public static int Find(string name, IReadOnlyList<string> names)
    {
        int[] labels = [.. names.Index().Where(entry => ClassName.Key(entry.Item) == ClassName.Key(name)).Select(entry => entry.Index)];
        return labels switch
        {
            [int label] => label,
            [] => throw new LiftPlusException(
                $"The model has no class '{name}'. Its {names.Count} classes are "
                    + $"{MessageText.First(names.Select(known => $"'{known}'"), ListedNames)}. Check the spelling."
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
}

using System.Collections.Immutable;
using LiftPlus.Classifiers;
using LiftPlus.Texts;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

internal sealed partial class ClassRows
{
    /// <summary>Makes rows for new classes.</summary>
    /// <param name="replaced">The class that they replace; null for none.</param>
    /// <param name="sources">What is known of them.</param>
    /// <param name="encode">Returns the directions (C, D) of the texts of classes with their names; null if names took no part.</param>
    public IReadOnlyList<ClassRow> Make(
        string? replaced,
        IReadOnlyList<ClassSources> sources,
        Func<IReadOnlyList<IReadOnlyList<string>>, IReadOnlyList<string>, Tensor>? encode
    )
    {
        List<ClassRow> others = [.. _rows];
        if (replaced is not null && others.Count > 1)
            others.RemoveAt(Find(replaced));
        NewDirections directions = new(cat([.. others.Select(row => row.Weight)]));
        if (encode is not null && sources.Any(source => source.Told is not null))
        {
            Tensor told = encode([.. others.Select(row => Texts(row.Name, row.Description))], [.. others.Select(row => row.Name)]);
            directions.LearnFrom(told, cat([.. others.Select(row => TensorMath.Normalize(row.Weight).mean([0], keepdim: true))]));
        }

        // The classifiers that divide a row by its length do not see it; where training goes on, it is like the lengths of the others.
        Tensor length = Classifier.Weight.norm(1).mean();
        return
        [
            .. sources.Select(source => new ClassRow(
                source.Class.Name,
                source.Images,
                directions.Of(source).to(length.device).mul(length).unsqueeze(0), // (1, D)
                Classifier.Bias?.mean([0], keepdim: true)
            )
            {
                Description = source.Class.Description is string words ? [words] : [],
            }),
        ];
    }

    /// <summary>Returns the texts of a class: its description, or its name in the recipe's templates.</summary>
    public IReadOnlyList<string> Texts(string name, string? description) =>
        Texts(name, description is null ? [] : ImmutableArray.Create(description));

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

    private IReadOnlyList<string> Texts(string name, ImmutableArray<string> description) =>
        description.Length > 0 ? description : PromptTemplates.Fill(_recipe.PromptTemplates, name);
}

using System.Collections.Immutable;
using LiftPlus.Classifiers;
using LiftPlus.Texts;
using LiftPlus.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>Represents the trained values of the model that a run starts from.</summary>
/// <param name="saved">What is known of the model.</param>
/// <param name="tensors">Its trained tensors.</param>
/// <param name="owner">What is disposed with this.</param>
internal sealed class InitialValues(SavedDescription saved, WeightSource tensors, IDisposable owner) : IDisposable
{
    private const string ClassifierPrefix = "classifier.";
    private readonly SavedModelManifest _manifest = saved.Manifest;

    /// <summary>Gets the SHA-256 of classes and values.</summary>
    public string Sha256 => field ??= Hash();

    /// <summary>Gets the class names in label order.</summary>
    public IReadOnlyList<string> ClassNames { get; } = [.. saved.Manifest.Classes.Select(entry => entry.Name)];

    /// <summary>Gets the number of classes that automatic sizes of the methods follow from.</summary>
    public int SizedFor => _manifest.SizedFor ?? ClassNames.Count;

    /// <summary>Compares the recipe of a run, before anything is made.</summary>
    /// <exception cref="LiftPlusException">Methods or classifier are others; every difference is listed.</exception>
    public void Check(FineTuningRecipe recipe) => Throw(InitialModel.Differences(_manifest.Recipe, recipe));

    /// <summary>Returns what a run starts from: the values of the methods. Those of the classifier are copied by class.</summary>
    public SavedValues For(FineTuningRecipe recipe) =>
        new()
        {
            CheckBackbone = (_, identity) =>
            {
                Throw(_manifest.Backbone.Differences(identity, "in the initial model"));
                return [];
            },
            SizedFor = SizedFor,
            Source = tensors,
            HasClassifier = false,
            Fill = (backbone, _) =>
            {
                WeightLoader.Load(backbone.TrainedState(), new PrefixedSource(tensors, "", ClassifierPrefix));
                return recipe.Peft;
            },
        };

    /// <summary>Returns the label in the model of each class of the data; -1 for a new class.</summary>
    /// <exception cref="LiftPlusException">A name stands for two classes.</exception>
    public ImmutableArray<int> Match(IReadOnlyList<string> classNames)
    {
        if (ClassName.AreSame(classNames, ClassNames))
            return [.. Enumerable.Range(0, classNames.Count)];
        ClassName.Labels(classNames, "the dataset");
        Dictionary<string, int> labels = ClassName.Labels(ClassNames, saved.Owner);
        return [.. classNames.Select(name => labels.GetValueOrDefault(ClassName.Key(name), -1))];
    }

    /// <summary>Copies the rows of the classes that the model knows into the classifier of the run.</summary>
    /// <param name="classifier">The classifier, with initial values.</param>
    /// <param name="labels">The label in the model of each class; -1 for a new class.</param>
    /// <exception cref="LiftPlusException">The classifier is another one. Nothing is changed.</exception>
    public void CopyRows(Classifier classifier, ImmutableArray<int> labels)
    {
        WeightSource rows = tensors.Under(ClassifierPrefix);
        (string Name, Parameter Target, bool IsByClass)[] all =
        [
            .. classifier.named_parameters().Select(entry => (entry.name, entry.parameter, IsByClass(rows, entry.name, entry.parameter))),
        ];
        FiniteValues.Check(rows, all.Select(entry => entry.Name));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        long[] known = [.. labels.Index().Where(entry => entry.Item >= 0).Select(entry => (long)entry.Index)],
            from = [.. labels.Where(label => label >= 0).Select(label => (long)label)];
        foreach ((string name, Parameter target, bool isByClass) in all)
        {
            Tensor source = rows.Read(name).to(target.dtype, target.device);
            if (!isByClass)
                target.copy_(source);
            else if (known.Length > 0)
                target.index_copy_(
                    0,
                    tensor(known, device: target.device),
                    OnePerClass(source).index_select(0, tensor(from, device: target.device))
                );
        }
    }

    public void Dispose() => owner.Dispose();

    // A class that was merged of several starts with the mean of their rows.
    private Tensor OnePerClass(Tensor rows) =>
        cat([.. rows.split([.. _manifest.RowCounts.Select(count => (long)count)]).Select(part => part.mean([0], keepdim: true))]);

    private bool IsByClass(WeightSource rows, string name, Parameter target)
    {
        if (!rows.Tensors.TryGetValue(name, out TensorInfo? info))
            throw new LiftPlusException($"{saved.Owner} has no '{ClassifierPrefix}{name}', which the classifier of the recipe trains.");
        long[] shape = [.. info.Shape];
        if (
            shape is [long count, ..]
            && count == _manifest.RowCounts.Sum()
            && shape[1..].AsSpan().SequenceEqual(target.shape.AsSpan()[1..])
        )
            return true;
        return shape.AsSpan().SequenceEqual(target.shape)
            ? false
            : throw new LiftPlusException(
                $"{saved.Owner}: '{ClassifierPrefix}{name}' is {info}, and the classifier of the recipe has "
                    + $"{TensorInfo.Format(target.shape)} there."
            );
    }

    private string Hash()
    {
        using var hash = new ContentHash(string.Join('\n', ClassNames));
        hash.Add(tensors);
        return hash.Value();
    }

    private void Throw(IEnumerable<string> differences)
    {
        string[] lines = [.. differences];
        if (lines.Length > 0)
            throw new LiftPlusException(
                $"The run cannot start from {saved.Owner}. What differs:"
                    + string.Concat(lines.Select(line => $"{Environment.NewLine}  {line}"))
                    + $"{Environment.NewLine}Leave out what UseInitialModel takes from the model: backbone, methods and classifier."
            );
    }
}

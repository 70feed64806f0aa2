using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Adapters;

/// <summary>Reads what the authors' implementation (repository shijxcs/LIFT-plus) saved as <c>checkpoint.pth.tar</c>.</summary>
public static class ReferenceCheckpoint
{
    private const string Prefix = "tuner.", Head = "classifier.";
    private const int Listed = 20;

    /// <summary>
    /// Fills the trained tensors of a backbone, whose methods have been applied as the checkpoint's were, and of its head. Names and shapes
    /// are compared both ways before the first value is copied. Which entries masked tuning trains is taken from the checkpoint.
    /// </summary>
    /// <param name="source">The checkpoint, opened by <see cref="WeightFile.Open"/>.</param>
    /// <param name="backbone">The backbone with its methods.</param>
    /// <param name="classifier">The head; null where classes are told apart by their texts.</param>
    /// <exception cref="LiftPlusException">
    /// The checkpoint is of other methods, sizes or classes; the message lists the differences.
    /// </exception>
    public static void Load(WeightSource source, Backbone backbone, Classifier? classifier)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Dictionary<string, Tensor> targets = Targets(backbone, classifier);
        Dictionary<string, MaskedWeight> masks = Masks(backbone);
        Dictionary<string, TensorInfo> found = source.Tensors.Where(entry => entry.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[Prefix.Length..], entry => entry.Value);

        List<string> problems = [.. targets.Keys.Concat(masks.Keys).Except(found.Keys).Select(name => $"{name} is missing")];
        problems.AddRange(found.Keys.Except(targets.Keys).Except(masks.Keys).Select(name => $"{name} has no place"));
        foreach ((string name, long[] shape) in targets.Select(entry => (entry.Key, entry.Value.shape))
            .Concat(masks.Select(entry => (entry.Key, entry.Value.FrozenShape))))
        {
            if (found.TryGetValue(name, out TensorInfo? info) && !info.Shape.AsSpan().SequenceEqual(shape))
                problems.Add($"{name} is {info} and should be ({string.Join(", ", shape)})");
        }

        Refuse(source, problems);

        Dictionary<string, Tensor> places = masks.ToDictionary(
            entry => entry.Key, entry => source.Read(Prefix + entry.Key).flatten().nonzero().flatten());
        Refuse(source, places.Where(entry => entry.Value.numel() != masks[entry.Key].Index.numel())
            .Select(entry => $"{entry.Key} trains {entry.Value.numel()} entries and should train {masks[entry.Key].Index.numel()}"));
        foreach ((string name, Tensor chosen) in places)
            masks[name].Index.copy_(chosen);
        foreach ((string name, Tensor target) in targets)
            target.copy_(source.Read(Prefix + name));
    }

    private static Dictionary<string, Tensor> Targets(Backbone backbone, Classifier? classifier)
    {
        var names = new ReferenceNames(backbone);
        Dictionary<string, Tensor> targets = [];
        foreach ((string name, Tensor tensor) in backbone.TrainedState())
        {
            if (names.Find(name) is string theirs)
                targets.Add(theirs, tensor);
        }

        foreach ((string name, TorchSharp.Modules.Parameter parameter) in classifier?.named_parameters() ?? [])
            targets.Add(Head + name, parameter);
        return targets;
    }

    private static Dictionary<string, MaskedWeight> Masks(Backbone backbone)
    {
        const string Values = ".optimized_params";
        var names = new ReferenceNames(backbone);
        return backbone.named_modules().Where(entry => entry.module is MaskedWeight)
            .ToDictionary(entry => names.Find(entry.name + ".values")![..^Values.Length] + ".mask", entry => (MaskedWeight)entry.module);
    }

    private static void Refuse(WeightSource source, IEnumerable<string> problems)
    {
        string[] listed = [.. problems];
        if (listed.Length > 0)
        {
            throw new LiftPlusException(
                $"{source.Path} was not saved from these methods, sizes and classes: {string.Join("; ", listed.Take(Listed))}" +
                $"{(listed.Length > Listed ? "; ..." : "")}. " +
                "Apply the methods that it was trained with, with the same sizes and number of classes.");
        }
    }
}

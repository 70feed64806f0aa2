using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// What the authors' implementation (repository shijxcs/LIFT-plus) keeps of a training in <c>checkpoint.pth.tar</c>: read and written. The file
/// holds trained values only. Methods, sizes, head and backbone stand in the configuration that their program is started with.
/// </summary>
public static class ReferenceCheckpoint
{
    /// <summary>The name their program looks for in a run's folder.</summary>
    public const string FileName = "checkpoint.pth.tar";

    private const string Key = "tuner",
        Head = "classifier.",
        Values = ".optimized_params",
        Mask = ".mask";
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
        const string prefix = Key + ".";
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Dictionary<string, Tensor> targets = Trained(backbone, classifier).ToDictionary(entry => entry.Theirs, entry => entry.Value);
        Dictionary<string, MaskedWeight> masks = Masks(backbone);
        Dictionary<string, TensorInfo> found = source
            .Tensors.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);

        List<string> problems = [.. targets.Keys.Concat(masks.Keys).Except(found.Keys).Select(name => $"{name} is missing")];
        problems.AddRange(found.Keys.Except(targets.Keys).Except(masks.Keys).Select(name => $"{name} has no place"));
        foreach (
            (string name, long[] shape) in targets
                .Select(entry => (entry.Key, entry.Value.shape))
                .Concat(masks.Select(entry => (entry.Key, entry.Value.FrozenShape)))
        )
        {
            if (found.TryGetValue(name, out TensorInfo? info) && !info.Shape.AsSpan().SequenceEqual(shape))
                problems.Add($"{name} is {info} and should be ({string.Join(", ", shape)})");
        }

        Refuse(source, problems);

        Dictionary<string, Tensor> places = masks.ToDictionary(
            entry => entry.Key,
            entry => source.Read(prefix + entry.Key).flatten().nonzero().flatten()
        );
        Refuse(
            source,
            places
                .Where(entry => entry.Value.numel() != masks[entry.Key].Index.numel())
                .Select(entry => $"{entry.Key} trains {entry.Value.numel()} entries and should train {masks[entry.Key].Index.numel()}")
        );
        foreach ((string name, Tensor chosen) in places)
            masks[name].Index.copy_(chosen);
        foreach ((string name, Tensor target) in targets)
            target.copy_(source.Read(prefix + name));
    }

    /// <summary>
    /// Writes a checkpoint that their program loads, given a configuration with the same backbone, methods, sizes, head and number of classes:
    /// their names in their order, each tensor in its own type. The file appears under its name only when it is complete.
    /// </summary>
    /// <param name="path">The file to make or replace; theirs is called <see cref="FileName"/>.</param>
    /// <param name="backbone">The backbone with its methods.</param>
    /// <param name="classifier">The head; null where classes are told apart by their texts.</param>
    /// <exception cref="LiftPlusException">They have no counterpart of something trained; the message lists all of it. Or the file cannot be written.</exception>
    public static void Save(string path, Backbone backbone, Classifier? classifier)
    {
        var names = new ReferenceNames(backbone);
        string[] strangers =
        [
            .. backbone
                .named_parameters()
                .Where(entry => entry.parameter.requires_grad && names.Find(entry.name) is null)
                .Select(entry => entry.name),
        ];
        if (strangers.Length > 0)
        {
            throw new LiftPlusException(
                $"{path} was not written: the authors' implementation has no counterpart of {List(strangers)}. "
                    + "Leave out the methods that these belong to, or keep the model with FineTunedModel.Save."
            );
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Dictionary<string, MaskedWeight> masks = Masks(backbone);
        TorchArchive.Write(path, Trained(backbone, classifier).SelectMany(entry => WithMask(entry.Theirs, entry.Value, masks)), Key);
    }

    // In their order.
    private static IEnumerable<(string Theirs, Tensor Value)> Trained(Backbone backbone, Classifier? classifier)
    {
        IReadOnlyDictionary<string, Tensor> state = backbone.TrainedState();
        return new ReferenceNames(backbone)
            .Order(state.Keys)
            .Select(entry => (entry.Theirs, state[entry.Ours]))
            .Concat((classifier?.named_parameters() ?? []).Select(entry => (Head + entry.name, (Tensor)entry.parameter)));
    }

    // By their names: where a vector of trained values is "x.optimized_params", its mask is "x.mask".
    private static Dictionary<string, MaskedWeight> Masks(Backbone backbone)
    {
        var names = new ReferenceNames(backbone);
        return backbone
            .named_modules()
            .Where(entry => entry.module is MaskedWeight)
            .ToDictionary(entry => names.Find(entry.name + ".values")![..^Values.Length] + Mask, entry => (MaskedWeight)entry.module);
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> WithMask(string theirs, Tensor value, Dictionary<string, MaskedWeight> masks)
    {
        yield return KeyValuePair.Create(theirs, value);
        if (!theirs.EndsWith(Values, StringComparison.Ordinal))
            yield break;
        string name = theirs[..^Values.Length] + Mask;
        MaskedWeight masked = masks[name];
        Tensor mask = zeros(
            masked.FrozenShape.Aggregate(1L, (product, axis) => product * axis),
            dtype: ScalarType.Bool,
            device: value.device
        );
        yield return KeyValuePair.Create(name, mask.index_fill_(0, masked.Index, TensorMath.One).view(masked.FrozenShape));
    }

    private static void Refuse(WeightSource source, IEnumerable<string> problems)
    {
        string[] listed = [.. problems];
        if (listed.Length > 0)
        {
            throw new LiftPlusException(
                $"{source.Path} was not saved from these methods, sizes and classes: {List(listed, "; ")}. "
                    + "Apply the methods that it was trained with, with the same sizes and number of classes."
            );
        }
    }

    private static string List(string[] items, string separator = ", ") =>
        string.Join(separator, items.Take(Listed)) + (items.Length > Listed ? separator + "..." : "");
}

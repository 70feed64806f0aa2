using LiftPlus.Adapters;
using LiftPlus.Classifiers;
using LiftPlus.Messages;
using LiftPlus.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus;

/// <summary>
/// Reads and writes <c>checkpoint.pth.tar</c>, the checkpoint of the authors' implementation (repository shijxcs/LIFT-plus). It contains
/// only trained values. Methods, sizes, classifier and backbone are in the configuration that their program is started with.
/// </summary>
public static class ReferenceCheckpoint
{
    /// <summary>The file name that their program expects in the folder of a run.</summary>
    public const string FileName = "checkpoint.pth.tar";

    private const string Key = "tuner",
        ClassifierPrefix = "classifier.",
        Values = ".optimized_params",
        Mask = ".mask";
    private const int Listed = 20;

    /// <summary>
    /// Copies the values of a checkpoint into the trained tensors of a backbone, to which the same methods have been applied, and of a
    /// classifier. All names and shapes are compared before the first value is copied. For arbitrary fine-tuning, the checkpoint also
    /// provides the choice of trained entries.
    /// </summary>
    /// <param name="source">The checkpoint, opened by <see cref="WeightFile.Open"/>.</param>
    /// <param name="backbone">The backbone with its methods.</param>
    /// <param name="classifier">The classifier; null for the text classifier.</param>
    /// <exception cref="LiftPlusException">
    /// The checkpoint has other methods, sizes or classes; the message lists the differences.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The backbone is disposed.</exception>
    public static void Load(WeightSource source, Backbone backbone, Classifier? classifier)
    {
        const string prefix = Key + ".";
        using IDisposable use = backbone.Enter();
        CheckScale(backbone, $"{source.Path} was not loaded");
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Dictionary<string, Tensor> targets = Trained(backbone, classifier).ToDictionary(entry => entry.Theirs, entry => entry.Value);
        Dictionary<string, MaskedWeight> masks = Masks(backbone);
        Dictionary<string, TensorInfo> found = source
            .Tensors.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);

        List<string> problems = [.. targets.Keys.Concat(masks.Keys).Except(found.Keys).Select(name => $"{name} is missing")];
        problems.AddRange(found.Keys.Except(targets.Keys).Except(masks.Keys).Select(name => $"{name} is unexpected"));
        foreach (
            (string name, long[] shape) in targets
                .Select(entry => (entry.Key, entry.Value.shape))
                .Concat(masks.Select(entry => (entry.Key, entry.Value.FrozenShape)))
        )
        {
            if (found.TryGetValue(name, out TensorInfo? info) && !info.Shape.AsSpan().SequenceEqual(shape))
                problems.Add($"{name} is {info} instead of ({string.Join(", ", shape)})");
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
                .Select(entry => $"{entry.Key} trains {entry.Value.numel()} entries instead of {masks[entry.Key].Index.numel()}")
        );
        FiniteValues.Check(source, targets.Keys.Select(name => prefix + name));
        foreach ((string name, Tensor chosen) in places)
            masks[name].Index.copy_(chosen);
        foreach ((string name, Tensor target) in targets)
            target.copy_(source.Read(prefix + name));
    }

    /// <summary>
    /// Writes a checkpoint that their program loads with a configuration of the same backbone, methods, sizes, classifier and number of
    /// classes: their names in their order, each tensor with its data type. The file is written atomically.
    /// </summary>
    /// <param name="path">The file to write or replace; their program expects the name <see cref="FileName"/>.</param>
    /// <param name="backbone">The backbone with its methods.</param>
    /// <param name="classifier">The classifier; null for the text classifier.</param>
    /// <exception cref="LiftPlusException">
    /// Trained tensors have no counterpart in their implementation, and the message lists them, or the file cannot be written.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The backbone is disposed.</exception>
    public static void Save(string path, Backbone backbone, Classifier? classifier)
    {
        using IDisposable use = backbone.Enter();
        var names = new ReferenceNames(backbone);
        string[] unexpected =
        [
            .. backbone
                .named_parameters()
                .Where(entry => entry.parameter.requires_grad && names.Find(entry.name) is null)
                .Select(entry => entry.name),
        ];
        if (unexpected.Length > 0)
        {
            throw new LiftPlusException(
                $"{path} was not written: the authors' implementation has no counterpart of {MessageText.First(unexpected, Listed)}. "
                    + "Leave out the methods of these parameters, or save the model with FineTunedModel.Save."
            );
        }

        CheckScale(backbone, $"{path} was not written");
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Dictionary<string, MaskedWeight> masks = Masks(backbone);
        TorchArchive.Write(path, Trained(backbone, classifier).SelectMany(entry => WithMask(entry.Theirs, entry.Value, masks)), Key);
    }

    private static void CheckScale(Backbone backbone, string outcome)
    {
        LoraAdapter[] all = [.. backbone.modules().OfType<LoraAdapter>()];
        if (all.Any(lora => lora.Magnitude is not null))
            throw new LiftPlusException($"{outcome}: the authors' implementation has no DoRA. Use LoRA, or HuggingFacePeft.");
        if (all.FirstOrDefault(lora => lora.PlainAlpha != 1) is LoraAdapter other)
        {
            throw new LiftPlusException(
                $"{outcome}: LoRA's Alpha is {other.Alpha}{(other.IsRankStabilized ? " over √r" : "")}, but the authors' implementation "
                    + "computes LoRA with Alpha 1 over r only. Set Alpha to 1 without RankStabilized, or use HuggingFacePeft."
            );
        }
    }

    // In their order.
    private static IEnumerable<(string Theirs, Tensor Value)> Trained(Backbone backbone, Classifier? classifier)
    {
        IReadOnlyDictionary<string, Tensor> state = backbone.TrainedState();
        return new ReferenceNames(backbone)
            .Order(state.Keys)
            .Select(entry => (entry.Theirs, state[entry.Ours]))
            .Concat((classifier?.named_parameters() ?? []).Select(entry => (ClassifierPrefix + entry.name, (Tensor)entry.parameter)));
    }

    // By their names: the mask of the trained values "x.optimized_params" is "x.mask".
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
                $"{source.Path} was saved with other methods, sizes or classes: {MessageText.First(listed, Listed, "; ")}. "
                    + "Apply the methods that it was trained with, with the same sizes and number of classes."
            );
        }
    }
}

using LiftPlus.Adapters;
using LiftPlus.Layers;
using LiftPlus.Peft;
using TorchSharp.Modules;

namespace LiftPlus;

/// <summary>
/// Represents the settings of arbitrary lightweight fine-tuning (arXiv 2309.10019): trains a fixed random subset of the entries of the
/// blocks' weights and biases, and keeps the other entries frozen.
/// </summary>
public sealed record ArbitraryFineTuningOptions : PeftOptions
{
    /// <inheritdoc/>
    public override string Type => "aft";

    /// <summary>Gets the linear layers to use.</summary>
    /// <value>The default value is <see cref="ArbitraryFineTuningPart.All"/>.</value>
    public ArbitraryFineTuningPart Part { get; init; } = ArbitraryFineTuningPart.All;

    /// <summary>
    /// Gets the share of the entries to train, above 0 and at most 1; null to derive it from the number of classes and layers.
    /// </summary>
    /// <value>The default value is null: over all selected layers, as many values as the classifier has, C D.</value>
    public double? Ratio { get; init; }

    /// <summary>
    /// Gets the seed that chooses the entries. It chooses the same entries as in PyTorch, and equal entries in tensors of equal size.
    /// </summary>
    /// <value>The default value is 0.</value>
    public int Seed { get; init; }

    /// <summary>
    /// Gets the path of a safetensors file that chooses the entries instead of the seed: a boolean mask for each weight and bias of the
    /// selected layers, with its name (<c>image.blocks.0.attn.qkv.weight</c>) and shape, true for each entry to train. Saved models do not
    /// need the file.
    /// </summary>
    /// <value>The default value is null: the seed chooses the entries.</value>
    public string? MaskFile { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (MaskFile is not null && Ratio is not null)
        {
            yield return $"'{Type}': both MaskFile ('{MaskFile}') and Ratio ({Ratio}) are set; "
                + "leave out Ratio, because the file chooses the entries.";
        }

        if (Ratio is double ratio && !(ratio > 0 && ratio <= 1))
        {
            yield return $"'{Type}': Ratio is {Ratio}; give a share above 0 and at most 1, "
                + "or leave it out to derive it from the number of classes.";
        }
    }

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        IReadOnlyList<TransformerBlock> blocks = context.Blocks(Tower);
        if (blocks.Count == 0)
        {
            throw new LiftPlusException(
                $"'{Type}' needs transformer blocks, but the {Tower} tower of {context.Backbone.Config.Name} has none; use a ViT backbone."
            );
        }

        IReadOnlyList<int> layers = Layers.Resolve(blocks.Count);
        Dictionary<nint, string> names = context
            .Backbone.named_parameters()
            .ToDictionary(entry => entry.parameter.Handle, entry => entry.name);
        using var entries = new TrainedEntries(this, context.Saved);
        entries.Check(layers.SelectMany(layer => Linears(blocks[layer])).SelectMany(Tensors).ToDictionary(tensor => names[tensor.Handle]));
        foreach (int layer in layers)
        {
            AdaptableLinear[] linears = [.. Linears(blocks[layer])];
            double ratio = Ratio
                ?? AutomaticRatio(
                    context.ClassCount,
                    layers.Count,
                    blocks[layer].Width,
                    linears.SelectMany(Tensors).Sum(tensor => tensor.numel())
                );
            foreach (AdaptableLinear linear in linears)
            {
                context.Reparametrize(linear, frozen =>
                {
                    string name = names[frozen.Handle];
                    int end = name.LastIndexOf('.') + 1;
                    return new MaskedWeight(frozen, entries.Get(name, $"{name[..end]}masked_{name[end..]}.index", frozen, ratio));
                });
            }
        }
    }

    /// <summary>Returns C / (L · entries / D), which trains C D entries in L layers of the given number of entries each.</summary>
    internal static double AutomaticRatio(int classCount, int layerCount, long width, long entries) =>
        classCount / (layerCount * ((double)entries / width));

    private static IEnumerable<Parameter> Tensors(AdaptableLinear linear) =>
        linear.Bias is null ? [linear.Weight] : [linear.Weight, linear.Bias];

    private IEnumerable<AdaptableLinear> Linears(TransformerBlock block)
    {
        if (Part is ArbitraryFineTuningPart.All or ArbitraryFineTuningPart.Attention)
            yield return block.Attn.Qkv;
        if (Part is ArbitraryFineTuningPart.All or ArbitraryFineTuningPart.Attention)
            yield return block.Attn.Proj;
        if (Part is ArbitraryFineTuningPart.All or ArbitraryFineTuningPart.Mlp)
            yield return block.Mlp.Fc1;
        if (Part is ArbitraryFineTuningPart.All or ArbitraryFineTuningPart.Mlp)
            yield return block.Mlp.Fc2;
    }
}

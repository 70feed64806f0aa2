using LiftPlus.Adapters;
using LiftPlus.Layers;
using LiftPlus.Peft;
using TorchSharp.Modules;

namespace LiftPlus;

/// <summary>The linear layers of which <see cref="ArbitraryFineTuningOptions"/> trains a part.</summary>
public enum ArbitraryFineTuningPart
{
    /// <summary>Those of the attention and of the MLP.</summary>
    All,

    /// <summary>Those of the attention: fused input projection and output projection.</summary>
    Attention,

    /// <summary>Those of the MLP: fc1 and fc2.</summary>
    Mlp,
}

/// <summary>
/// Arbitrary lightweight fine-tuning (arXiv 2309.10019): a fixed random part of the entries of the blocks' weights and biases is trained,
/// the rest stays as it is.
/// </summary>
public sealed record ArbitraryFineTuningOptions : PeftOptions
{
    /// <inheritdoc/>
    public override string Type => "aft";

    /// <summary>Which linear layers.</summary>
    /// <value>The default value is <see cref="ArbitraryFineTuningPart.All"/>.</value>
    public ArbitraryFineTuningPart Part { get; init; } = ArbitraryFineTuningPart.All;

    /// <summary>
    /// Share of the entries that is trained, above 0 and at most 1; null lets it follow from the number of classes and layers.
    /// </summary>
    /// <value>The default value is null: as many values as the classifier has, C D, over all listed layers.</value>
    public double? Ratio { get; init; }

    /// <summary>Chooses the entries: the same seed, the same entries as in PyTorch. Tensors of equal size get equal choices.</summary>
    /// <value>The default value is 0.</value>
    public long Seed { get; init; }

    /// <summary>
    /// A safetensors file that gives the entries instead of the seed: one boolean mask for each weight and bias of the listed layers, of its name
    /// (<c>image.blocks.0.attn.qkv.weight</c>) and shape, true where an entry is trained. A saved model does not need it any more.
    /// </summary>
    /// <value>The default value is null: the entries are drawn.</value>
    public string? MaskFile { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate()
    {
        if (MaskFile is not null && Ratio is not null)
            yield return $"'{Type}': both MaskFile ('{MaskFile}') and Ratio ({Ratio}) are given; the file says which entries are trained, so leave out Ratio.";
        if (Ratio is double ratio && !(ratio > 0 && ratio <= 1))
        {
            yield return $"'{Type}': Ratio is {Ratio}; give a share above 0 and at most 1, "
                + "or leave it out to let it follow from the number of classes.";
        }
    }

    /// <inheritdoc/>
    public override void Apply(PeftContext context)
    {
        IReadOnlyList<TransformerBlock> blocks = context.Blocks(Tower);
        if (blocks.Count == 0)
        {
            throw new LiftPlusException(
                $"'{Type}' needs transformer blocks, and {context.Backbone.Config.Name} has none in its {Tower} tower; "
                    + "use a ViT backbone."
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
                    return new MaskedWeight(frozen, entries.Of(name, $"{name[..end]}masked_{name[end..]}.index", frozen, ratio));
                });
            }
        }
    }

    /// <summary>C / (L · entries / D): C D trained entries among those of L layers with so many entries each.</summary>
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

using System.Collections.Immutable;
using LiftPlus.Backbones.Loading;

namespace LiftPlus.Backbones;

/// <summary>Represents the sizes of a ConvNeXt (arXiv 2201.03545).</summary>
internal sealed record ConvNextConfig : ImageEncoderConfig
{
    private const int Reduction = 32;

    /// <summary>Gets the number of channels of each of the four stages.</summary>
    public required ImmutableArray<int> Widths { get; init; }

    /// <summary>Gets the number of blocks of each of the four stages.</summary>
    public required ResNetDepths Depths { get; init; }

    /// <summary>Gets the epsilon of every LayerNorm.</summary>
    /// <value>The default value is 1e-6.</value>
    public double LayerNormEps { get; init; } = 1e-6;

    /// <inheritdoc/>
    public override int FeatureDimension => Widths[^1];

    internal override int SizeStep => Reduction;

    internal override string Summary => $"ConvNeXt {FeatureDimension}";

    /// <summary>Returns whether sizes are equal.</summary>
    public bool Equals(ConvNextConfig? other) =>
        base.Equals(other) && Widths.SequenceEqual(other.Widths) && Depths == other.Depths && LayerNormEps == other.LayerNormEps;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Widths[^1], Depths);

    /// <inheritdoc/>
    public override ImageEncoder CreateEncoder() => new ConvNext(this);

    internal override void AddTensors(ExpectedTensors tensors)
    {
        for (int s = 0; s < Widths.Length; s++)
        {
            long input = s == 0 ? Channels : Widths[s - 1],
                width = Widths[s],
                patch = s == 0 ? 4 : 2;
            string stage = $"image.stages.{s}.";
            tensors.AddAffine(stage + "conv", [width, input, patch, patch]);
            tensors.AddAffine(stage + "norm", [s == 0 ? width : input]);
            for (int n = 0; n < Depths.ToList()[s]; n++)
            {
                string block = $"{stage}blocks.{n}.";
                tensors.AddAffine(block + "conv_dw", [width, 1, 7, 7]);
                tensors.AddAffine(block + "norm", [width]);
                tensors.AddAffine(block + "fc1", [4 * width, width]);
                tensors.AddAffine(block + "fc2", [width, 4 * width]);
                tensors.Add(block + "gamma", width);
            }
        }

        tensors.AddAffine("image.norm", [FeatureDimension]);
    }
}

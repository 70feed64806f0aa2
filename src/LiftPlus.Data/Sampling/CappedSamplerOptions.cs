using System.ComponentModel.DataAnnotations;
using LiftPlus.Data;

namespace LiftPlus;

/// <summary>Takes at most <see cref="Cap"/> images of each class in an epoch (<see cref="CappedSampler"/>).</summary>
public sealed record CappedSamplerOptions : SamplerOptions
{
    /// <inheritdoc/>
    public override string Type => "capped";

    /// <summary>Gets the maximum number of images of one class in an epoch, 1 or more.</summary>
    /// <value>The default is 100, where the groups "many" and "medium" meet.</value>
    [Range(1, int.MaxValue, ErrorMessage = "It is 1 or more.")]
    public int Cap { get; init; } = 100;

    /// <inheritdoc/>
    public override Sampler CreateSampler() => new CappedSampler(Cap);
}

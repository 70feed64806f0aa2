using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Trained parameters that learn faster or slower than the rest, or decay differently.</summary>
public sealed record ParameterGroup
{
    /// <summary>
    /// Which parameters, by name, with <c>*</c> for any letters: <c>"classifier.*"</c> is the head, <c>"*adaptformer*"</c> AdaptFormer, <c>"*.bias"</c> every
    /// bias. Upper and lower case differ.
    /// </summary>
    /// <value>The default is <c>"*"</c>, every parameter.</value>
    [Required]
    public string Names { get; init; } = "*";

    /// <summary>Factor on the learning rate; 0 keeps the parameters as they are.</summary>
    /// <value>The default value is 1.</value>
    [Range(0, 1e6)]
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>Factor on the optimiser's weight decay; 0 exempts the parameters.</summary>
    /// <value>The default value is 1.</value>
    [Range(0, 1e6)]
    public double WeightDecayFactor { get; init; } = 1;
}

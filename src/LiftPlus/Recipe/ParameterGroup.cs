using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>Specifies a learning rate and weight decay for some of the trained parameters.</summary>
public sealed record ParameterGroup
{
    /// <summary>
    /// Gets a pattern for the names of the parameters, with <c>*</c> for any characters: <c>"classifier.*"</c> is the classifier,
    /// <c>"*adaptformer*"</c> AdaptFormer, <c>"*.bias"</c> all biases. Case matters.
    /// </summary>
    /// <value>The default is <c>"*"</c>: all parameters.</value>
    [Required]
    public string Names { get; init; } = "*";

    /// <summary>Gets the factor on the learning rate; 0 leaves the parameters unchanged.</summary>
    /// <value>The default value is 1.</value>
    [Range(0, 1e6)]
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>Gets the factor on the optimizer's weight decay; 0 exempts the parameters.</summary>
    /// <value>The default value is 1.</value>
    [Range(0, 1e6)]
    public double WeightDecayFactor { get; init; } = 1;
}

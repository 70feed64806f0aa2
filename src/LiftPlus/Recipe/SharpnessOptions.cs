using System.ComponentModel.DataAnnotations;

namespace LiftPlus;

/// <summary>
/// Specifies training towards flat minima: the gradient of a step is that at a point near the parameters. Batches of several micro-batches
/// are perturbed as a whole, and <see cref="TrainingOptions.ClipGradientNorm"/> applies to the gradient of the step. All methods need
/// memory for a second copy of the trained parameters, and all but <see cref="SharpnessMethod.GaussianNeighborhood"/> for the images of a
/// whole batch.
/// </summary>
public sealed record SharpnessOptions : IValidatableObject
{
    internal const int DefaultTailImages = 20;
    internal const double DefaultFocalWeight = 0.8,
        DefaultFocalExponent = 0.5;

    /// <summary>Gets the method.</summary>
    /// <value>The default value is <see cref="SharpnessMethod.Sam"/>.</value>
    public SharpnessMethod Method { get; init; }

    /// <summary>Gets ρ, how far from the parameters the gradient is computed.</summary>
    /// <value>The default value is 0.05, as in the papers.</value>
    [Range(1e-9, 1e3)]
    public double Radius { get; init; } = 0.05;

    /// <summary>Gets the number of training images below which a class is rare for <see cref="SharpnessMethod.ImbSam"/>.</summary>
    /// <value>The default is null, which means 20, as in the paper.</value>
    [Range(1, 1_000_000_000)]
    public int? TailImages { get; init; }

    /// <summary>Gets λ of <see cref="SharpnessMethod.FocalSam"/>, the largest share of a class's loss that is flattened.</summary>
    /// <value>The default is null, which means 0.8, as in the authors' scripts for CLIP.</value>
    [Range(1e-9, 1.0)]
    public double? FocalWeight { get; init; }

    /// <summary>Gets γ of <see cref="SharpnessMethod.FocalSam"/>: the larger, the less the most frequent classes are flattened.</summary>
    /// <value>The default is null, which means 0.5, as in the authors' scripts for CLIP.</value>
    [Range(0.0, 100.0)]
    public double? FocalExponent { get; init; }

    /// <summary>
    /// Gets T of <see cref="SharpnessMethod.GaussianNeighborhood"/>, the number of epochs after which the radius is halved again and again.
    /// </summary>
    /// <value>The default is null: the radius stays the same.</value>
    [Range(1, 10_000)]
    public int? HalvingEpochs { get; init; }

    /// <summary>Returns c_k for a class; null if it is 1 for every class.</summary>
    internal Func<int, double>? Share(ClassDistribution classes)
    {
        double total = classes.Counts.Sum();
        double weight = FocalWeight ?? DefaultFocalWeight,
            exponent = FocalExponent ?? DefaultFocalExponent;
        return Method switch
        {
            SharpnessMethod.ImbSam => label => classes.Counts[label] < (TailImages ?? DefaultTailImages) ? 1 : 0,
            SharpnessMethod.FocalSam => label => weight * Math.Pow(1 - classes.Counts[label] / total, exponent),
            _ => null,
        };
    }

    // A setting of another method is a mistake: it would be ignored.
    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext) =>
        new (string Name, object? Value, SharpnessMethod Method)[]
        {
            (nameof(TailImages), TailImages, SharpnessMethod.ImbSam),
            (nameof(FocalWeight), FocalWeight, SharpnessMethod.FocalSam),
            (nameof(FocalExponent), FocalExponent, SharpnessMethod.FocalSam),
            (nameof(HalvingEpochs), HalvingEpochs, SharpnessMethod.GaussianNeighborhood),
        }
            .Where(setting => setting.Value is not null && setting.Method != Method)
            .Select(setting => new ValidationResult(
                FormattableString.Invariant(
                    $"the value is {setting.Value}, which only {setting.Method} uses, and Method is {Method}. Leave it out."
                ),
                [setting.Name]
            ));
}

using LiftPlus.Data;

namespace LiftPlus;

/// <summary>How training images are varied.</summary>
public sealed record AugmentationOptions
{
    /// <summary>Which augmentation.</summary>
    /// <value>The default value is <see cref="AugmentationKind.Minimalist"/>.</value>
    public AugmentationKind Kind { get; init; } = AugmentationKind.Minimalist;

    /// <summary>How the smallest crop scale of minimalist augmentation grows.</summary>
    /// <value>The default value is <see cref="ScheduleShape.Convex"/>.</value>
    public ScheduleShape Schedule { get; init; } = ScheduleShape.Convex;
}

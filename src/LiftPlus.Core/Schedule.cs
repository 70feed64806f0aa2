namespace LiftPlus;

/// <summary>The shape s(t) that the crop-scale floor of minimalist augmentation follows over training (arXiv 2504.13282).</summary>
public enum ScheduleShape
{
    /// <summary>s = 0: any crop scale, all the way.</summary>
    Min,

    /// <summary>s = 1: always the largest square.</summary>
    Max,

    /// <summary>s = t.</summary>
    Linear,

    /// <summary>s = 1 - sqrt(1 - t²), the default: small crops for long, then quickly larger ones.</summary>
    Convex,

    /// <summary>s = sqrt(1 - (1 - t)²).</summary>
    Concave,
}

/// <summary>Schedules as pure functions of the place in training.</summary>
public static class Schedule
{
    /// <summary>s(t) for <paramref name="t"/> in [0, 1].</summary>
    public static double Shape(ScheduleShape shape, double t) =>
        shape switch
        {
            ScheduleShape.Min => 0,
            ScheduleShape.Max => 1,
            ScheduleShape.Linear => t,
            ScheduleShape.Convex => 1 - Math.Sqrt(1 - t * t),
            ScheduleShape.Concave => Math.Sqrt(1 - (1 - t) * (1 - t)),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, null),
        };

    /// <summary>Progress t = e / (E - 1) of epoch <paramref name="epoch"/> (0-based) among <paramref name="epochs"/>; 0 for a single epoch.</summary>
    public static double Progress(int epoch, int epochs) => epochs <= 1 ? 0 : (double)epoch / (epochs - 1);

    /// <summary>Smallest crop scale m = 0.08 + 0.92 s(t), as a fraction of the image's area.</summary>
    public static double MinimumCropScale(ScheduleShape shape, double progress) => 0.08 + Shape(shape, progress) * 0.92;

    /// <summary>Factor on the learning rate of step <paramref name="step"/> (0-based): (step + 1) / W over the first W steps, then 1.</summary>
    public static double Warmup(long step, int warmupSteps) => step + 1 >= warmupSteps ? 1 : (step + 1.0) / warmupSteps;

    /// <summary>Cosine-annealed learning rate of an epoch: lr / 2 · (1 + cos(π e / E)), stepped once per epoch.</summary>
    public static double CosineLearningRate(double baseRate, int epoch, int epochs) =>
        baseRate / 2 * (1 + Math.Cos(Math.PI * epoch / epochs));
}

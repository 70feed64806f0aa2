namespace LiftPlus;

/// <summary>Computes schedules as pure functions of the progress of training.</summary>
public static class Schedule
{
    /// <summary>Returns s(t) for <paramref name="t"/> in [0, 1].</summary>
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

    /// <summary>
    /// Returns the progress t = e / (E - 1) of epoch <paramref name="epoch"/> (0-based) among <paramref name="epochs"/>; 0 for a single
    /// epoch.
    /// </summary>
    public static double Progress(int epoch, int epochs) => epochs <= 1 ? 0 : (double)epoch / (epochs - 1);

    /// <summary>Returns the minimum crop scale m = 0.08 + 0.92 s(t), as a share of the image's area.</summary>
    public static double MinimumCropScale(ScheduleShape shape, double progress) => 0.08 + Shape(shape, progress) * 0.92;

    /// <summary>
    /// Returns the factor on the learning rate of step <paramref name="step"/> (0-based): (step + 1) / W over the first W steps, then 1.
    /// </summary>
    public static double Warmup(long step, int warmupSteps) => step + 1 >= warmupSteps ? 1 : (step + 1.0) / warmupSteps;

    /// <summary>Returns the cosine-annealed learning rate of an epoch: lr / 2 · (1 + cos(π e / E)).</summary>
    public static double CosineLearningRate(double baseRate, int epoch, int epochs) =>
        baseRate / 2 * (1 + Math.Cos(Math.PI * epoch / epochs));
}

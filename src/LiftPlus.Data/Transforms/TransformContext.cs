namespace LiftPlus.Data;

/// <summary>Provides random numbers and the progress of training to transforms.</summary>
public sealed class TransformContext
{
    /// <summary>Creates the context of one image in one epoch.</summary>
    /// <param name="random">Random numbers; the same for the same (seed, epoch, image).</param>
    /// <param name="progress">Progress of training, 0 (first epoch) to 1 (last); <see cref="Schedule.Progress"/>.</param>
    public TransformContext(RandomSource random, double progress)
    {
        Random = random;
        Progress = progress;
    }

    /// <summary>Gets random numbers; the same for the same (seed, epoch, image).</summary>
    public RandomSource Random { get; }

    /// <summary>Gets the progress of training, 0 to 1.</summary>
    public double Progress { get; }
}

namespace LiftPlus.Runs;

/// <summary>Represents how much of a recipe's training fits into its time limit. The last epoch may be a part of one.</summary>
internal sealed record TrainingPlan(int Epochs, long Steps)
{
    /// <summary>Returns the most training that ends in time, at least one step.</summary>
    /// <param name="done">The number of steps that were taken.</param>
    /// <param name="time">The time that is left.</param>
    /// <param name="step">The time of a step.</param>
    /// <param name="validation">The time of a validation, which follows every epoch.</param>
    /// <param name="stepsPerEpoch">The number of steps in a whole epoch.</param>
    /// <param name="epochs">The number of epochs of the recipe.</param>
    public static TrainingPlan Fit(long done, TimeSpan time, TimeSpan step, TimeSpan validation, long stepsPerEpoch, int epochs)
    {
        long whole = stepsPerEpoch * epochs;
        long steps = done;
        while (steps < whole)
        {
            long next = Math.Min(whole, (steps / stepsPerEpoch + 1) * stepsPerEpoch); // the end of the epoch
            time -= validation;
            if (time >= step * (next - steps))
            {
                time -= step * (next - steps);
                steps = next;
                continue;
            }

            steps += Math.Max(0, (long)(time / step)); // a part of the epoch
            break;
        }

        steps = Math.Max(steps, Math.Max(done, 1));
        return new TrainingPlan((int)((steps + stepsPerEpoch - 1) / stepsPerEpoch), steps);
    }
}

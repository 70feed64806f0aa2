namespace LiftPlus.Metrics;

/// <summary>Images by class.</summary>
internal sealed class ClassTally
{
    /// <exception cref="LiftPlusException">There is no image, or a label outside the classes.</exception>
    public ClassTally(ClassDistribution training, IReadOnlyCollection<ImageOutcome> outcomes)
    {
        if (outcomes.Count == 0)
            throw new LiftPlusException("There is no test image, so there is no accuracy; evaluate at least one image.");
        int classes = training.ClassCount;
        (Seen, Correct, TopFive, Predicted) = (new int[classes], new int[classes], new int[classes], new int[classes]);
        foreach (ImageOutcome outcome in outcomes)
        {
            CheckLabel(outcome.Label, classes);
            Seen[outcome.Label]++;
            Correct[outcome.Label] += outcome.IsCorrect ? 1 : 0;
            TopFive[outcome.Label] += outcome.InTopFive == true ? 1 : 0;
            IsRanked &= outcome.InTopFive is not null;
            if ((uint)outcome.Predicted < (uint)classes)
                Predicted[outcome.Predicted]++;
        }
    }

    /// <summary>Images of each class.</summary>
    public int[] Seen { get; }

    /// <summary>How many of them were predicted right.</summary>
    public int[] Correct { get; }

    /// <summary>How many have their class among the five highest logits.</summary>
    public int[] TopFive { get; }

    /// <summary>Images of any class that were taken for each.</summary>
    public int[] Predicted { get; }

    /// <summary>Whether the five highest logits are known.</summary>
    public bool IsRanked { get; } = true;

    /// <exception cref="LiftPlusException">The label is no class.</exception>
    public static void CheckLabel(long label, int classes)
    {
        if ((ulong)label >= (ulong)classes)
        {
            throw new LiftPlusException(
                $"The test label {label} is none of the {classes} training classes (0 to {classes - 1}); test and training data must share their class list."
            );
        }
    }
}

namespace LiftPlus.Metrics;

/// <summary>Counts images by class.</summary>
internal sealed class ClassTally
{
    /// <exception cref="LiftPlusException">The test set is empty, or a label is out of range.</exception>
    public ClassTally(ClassDistribution training, IReadOnlyCollection<ImageOutcome> outcomes)
    {
        if (outcomes.Count == 0)
            throw new LiftPlusException("The accuracy cannot be computed without test images; evaluate at least one image.");
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

    /// <summary>Gets the number of images of each class.</summary>
    public int[] Seen { get; }

    /// <summary>Gets how many of them were predicted right.</summary>
    public int[] Correct { get; }

    /// <summary>Gets how many have their class among the five highest logits.</summary>
    public int[] TopFive { get; }

    /// <summary>Gets how many images, of any class, were predicted as each class.</summary>
    public int[] Predicted { get; }

    /// <summary>Gets whether the five highest logits of every image are known.</summary>
    public bool IsRanked { get; } = true;

    /// <exception cref="LiftPlusException">The label is out of range.</exception>
    public static void CheckLabel(long label, int classes)
    {
        if ((ulong)label >= (ulong)classes)
        {
            throw new LiftPlusException(
                $"The test label {label} is none of the {classes} training classes (0 to {classes - 1}); "
                    + "test and training data must have the same class list."
            );
        }
    }
}

namespace LiftPlus.Metrics;

/// <summary>
/// Accumulates the accuracies of drawn test sets, or the differences between two models' accuracies on them: sums while classes are added,
/// means over the test sets at the end.
/// </summary>
internal sealed class AccuracyDraws
{
    private readonly ClassDistribution _training;
    private readonly double _level;
    private readonly double[] _overall,
        _topFive,
        _mean;
    private readonly double[]?[] _groups = new double[]?[Enum.GetValues<ShotGroup>().Length];
    private readonly int[] _groupTestSets,
        _groupClasses; // test sets with classes of the group; the group's classes in the current test set
    private int _testSets,
        _images,
        _classes;
    private bool _ranked = true;

    public AccuracyDraws(ClassDistribution training, int resamples, double level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 100);
        if (!(level > 0 && level < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level must lie between 0 and 1.");
        (_training, _level) = (training, level);
        (_overall, _topFive, _mean) = (new double[resamples], new double[resamples], new double[resamples]);
        (_groupTestSets, _groupClasses) = (new int[_groups.Length], new int[_groups.Length]);
    }

    /// <summary>Starts a test set: sets what the values that follow are divided by.</summary>
    public void BeginTestSet(int images, bool ranked, IEnumerable<int> labels)
    {
        (_testSets, _images, _classes, _ranked) = (_testSets + 1, images, 0, _ranked && ranked);
        Array.Clear(_groupClasses);
        foreach (int label in labels)
        {
            ClassTally.CheckLabel(label, _training.ClassCount);
            _classes++;
            _groupClasses[(int)_training.GroupOf(label)]++;
        }

        for (int group = 0; group < _groups.Length; group++)
            _groupTestSets[group] += _groupClasses[group] > 0 ? 1 : 0;
    }

    /// <summary>Adds a class's right predictions in one draw.</summary>
    public void AddRight(int draw, int label, int seen, double right)
    {
        int group = (int)_training.GroupOf(label);
        _overall[draw] += right / _images;
        _mean[draw] += right / seen / _classes;
        (_groups[group] ??= new double[_overall.Length])[draw] += right / seen / _groupClasses[group];
    }

    /// <summary>Adds the number of a class's images that have their label among the five highest logits.</summary>
    public void AddTopFive(int draw, double right) => _topFive[draw] += right / _images;

    public AccuracyIntervals Intervals(int seed)
    {
        Interval Percent(double[] sums, int testSets) => Interval.Middle([.. sums.Select(sum => 100 * sum / testSets)], _level);
        Interval? Group(ShotGroup group) => _groups[(int)group] is double[] sums ? Percent(sums, _groupTestSets[(int)group]) : null;
        return new AccuracyIntervals
        {
            Level = _level,
            Resamples = _overall.Length,
            Seed = seed,
            Overall = Percent(_overall, _testSets),
            Top5 = _ranked ? Percent(_topFive, _testSets) : null,
            MeanClass = Percent(_mean, _testSets),
            Many = Group(ShotGroup.Many),
            Medium = Group(ShotGroup.Medium),
            Few = Group(ShotGroup.Few),
        };
    }
}

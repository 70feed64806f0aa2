using System.Collections.Immutable;
using System.Globalization;
using LiftPlus.Validation;

namespace LiftPlus.Decisions;

/// <summary>Checks the numbers of a policy, whether a file or the caller gave them.</summary>
internal static class PolicyCheck
{
    public const double SmallestTemperature = 0.01,
        LargestTemperature = 100,
        LargestOffset = 20;

    private const double MostStrength = 10,
        SumTolerance = 1e-3;

    /// <exception cref="LiftPlusException">A number is out of range, or a list has another length.</exception>
    public static void ThrowIfInvalid(PredictionPolicy policy)
    {
        int classes = policy.Classes.ClassCount,
            groups = MixReference.GroupsOf(classes);
        OptionsValidator.ThrowIfInvalid(policy.Options);
        Check(nameof(policy.Temperature), [policy.Temperature], 1, SmallestTemperature, LargestTemperature);
        Check(
            nameof(policy.GroupTemperatures),
            policy.GroupTemperatures,
            Enum.GetValues<ShotGroup>().Length,
            SmallestTemperature,
            LargestTemperature
        );
        int thresholds = policy.Options.SetScore == SetScore.Interpolated ? classes : 1;
        Check(nameof(policy.SetThresholds), policy.SetThresholds, thresholds, double.MinValue, SetScores.Largest(policy.Options.SetScore));
        Check(nameof(policy.Reference), policy.Reference, classes, double.Epsilon, 1);
        CheckSum(nameof(policy.Reference), policy.Reference);
        Check(nameof(policy.PriorStrength), [policy.PriorStrength], 1, 0, MostStrength);
        if (policy.Prior is ImmutableArray<double> prior)
        {
            Check(nameof(policy.Prior), prior, classes, 0, 1);
            CheckSum(nameof(policy.Prior), prior);
        }

        if (policy.UnknownThreshold is double threshold)
            Check(nameof(policy.UnknownThreshold), [threshold], 1, double.MinValue, double.MaxValue);
        if (policy.Mix is not MixReference mix)
            return;
        Check("Mix.Mean", mix.Mean, groups, 0, 1);
        Check("Mix.Covariance", mix.Covariance, groups * groups, -1, 1);
        Check("Mix.Confusion", mix.Confusion, groups * groups, 0, 1);
        Check("Mix.Images", [mix.Images], 1, 0, double.MaxValue);
        if (mix.Offsets.IsDefault || mix.Offsets.Length > 0)
            Check("Mix.Offsets", mix.Offsets, classes, -LargestOffset, LargestOffset);
    }

    /// <summary>Returns an array of a file.</summary>
    /// <param name="arrays">The arrays of the file.</param>
    /// <param name="name">The name.</param>
    /// <param name="rows">The number of rows; null for any number from 1 on.</param>
    /// <param name="columns">The number of columns.</param>
    /// <exception cref="LiftPlusException">It is missing, has another shape or a value that is not finite.</exception>
    public static Rows Find(IReadOnlyDictionary<string, Rows> arrays, string name, int? rows, int columns)
    {
        if (!arrays.TryGetValue(name, out Rows found))
            throw new LiftPlusException($"the tensor '{name}' is missing");
        if (found.Count == 0 || found.Width != columns || (rows is int wanted && found.Count != wanted))
            throw new LiftPlusException(
                $"the tensor '{name}' has the shape ({found.Count}, {found.Width}); "
                    + $"it must be ({rows?.ToString(CultureInfo.InvariantCulture) ?? "N"}, {columns})"
            );
        return found.Values.All(float.IsFinite)
            ? found
            : throw new LiftPlusException($"the tensor '{name}' has a value that is not a finite number");
    }

    private static void Check(string name, ImmutableArray<double> values, int length, double least, double most)
    {
        if (values.IsDefault || values.Length != length)
            throw new LiftPlusException($"{name} has {(values.IsDefault ? 0 : values.Length)} values; it must have {length}");
        foreach ((int place, double value) in values.Index())
        {
            if (!(value >= least && value <= most) || double.IsInfinity(value))
                throw new LiftPlusException(
                    string.Create(CultureInfo.InvariantCulture, $"{name}[{place}] is {value}; it must be {least} to {most}")
                );
        }
    }

    private static void CheckSum(string name, ImmutableArray<double> shares)
    {
        if (Math.Abs(shares.Sum() - 1) > SumTolerance)
            throw new LiftPlusException(
                string.Create(CultureInfo.InvariantCulture, $"{name} sums to {shares.Sum()}; shares must sum to 1")
            );
    }
}

using System.Globalization;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Explains the rules of <see cref="Verdicts"/> in reports.</summary>
internal static class VerdictRules
{
    public static string Text { get; } =
        string.Create(
            CultureInfo.InvariantCulture,
            $"Differences are taken seed by seed and have two 95 % intervals: Student's over seeds, and a paired bootstrap over test "
                + $"images. \"Higher\" is shown if both lie above 0 and contradicted if both lie below 0; \"not lower\" is shown if both "
                + $"lie above -{Verdicts.Margin:0} and contradicted if both lie below it; anything else is inside the noise. A claim with "
                + $"several comparisons is shown if all of them are, partly shown if some are and the others are inside the noise, and "
                + $"mixed if some are shown and some contradicted. Comparisons that were not run do not count. With three seeds, "
                + $"Student's interval extends 2.5 deviations to either side, so only clear differences count."
        );

    public static string Expected(Expectation expectation) => expectation == Expectation.Higher ? "higher" : "not lower";
}

using System.Globalization;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>The rules of <see cref="Verdicts"/> in words, for reports.</summary>
internal static class VerdictRules
{
    public static string Text { get; } =
        string.Create(
            CultureInfo.InvariantCulture,
            $"A difference is taken seed by seed and has two 95 % intervals: Student's over seeds, and a paired bootstrap over test images. \"Higher\" is shown when both lie above 0 and contradicted when both lie below 0; \"not lower\" is shown when both lie above -{Verdicts.Margin:0} and contradicted when both lie below; anything else is inside the noise. A claim of several comparisons is shown when all are, partly shown when some are and none is contradicted, mixed when some are shown and some contradicted; comparisons that were not run do not count. With three seeds Student's interval is 2.5 deviations to either side, so only clear differences count."
        );

    public static string Expected(Expectation expectation) => expectation == Expectation.Higher ? "higher" : "not lower";
}

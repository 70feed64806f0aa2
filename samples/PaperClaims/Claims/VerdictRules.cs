using System.Globalization;

namespace LiftPlus.Samples.PaperClaims;

/// <summary>The rules of <see cref="Verdicts"/> in words, for reports.</summary>
internal static class VerdictRules
{
    public static string Text { get; } = string.Create(CultureInfo.InvariantCulture,
        $"A difference is taken seed by seed; its mean comes with Student's 95 % interval over the seeds. A gain is **shown** when the whole interval is above 0 and **contradicted** when it is below 0; \"no loss\" is shown when it is above -{Verdicts.Margin:0} and contradicted when it is below -{Verdicts.Margin:0}; anything else is **inside the noise**. A claim of several comparisons is shown when all are, partly shown when some are and none is contradicted, mixed when some are shown and some contradicted. With three seeds an interval is 2.5 deviations to either side, so only clear differences count.");

    public static string Expected(Expectation expectation) => expectation == Expectation.Gain ? "gain" : "no loss";
}

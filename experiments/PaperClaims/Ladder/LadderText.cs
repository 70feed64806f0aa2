using System.Globalization;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Writes the ladder of foundations in words and cells, for the page and for Markdown.</summary>
internal static class LadderText
{
    public const string Title = "Light or heavy, by the strength of the foundation";

    /// <summary>Gets the columns of the table of rungs.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "foundation",
        "zero-shot",
        "few-shot: LIFT+ minus full",
        "over seeds",
        "over images",
        "overall: LIFT+ minus full",
        "over seeds",
        "over images",
        "chosen LIFT+",
        "chosen full fine-tuning",
    ];

    public static string Explanation { get; } =
        "The same TinyClip, pre-trained to several strengths, is fine-tuned on ShapesLT: LIFT+ minus full fine-tuning, each at its best "
        + "learning rate. For each seed, the rate is the one with the highest overall accuracy on the other seeds. Positive differences "
        + "speak for LIFT+. The crossing is where the line between the means passes 0; it is shown if both intervals of a rung before it "
        + "and of a rung after it lie on different sides of 0.";

    /// <summary>Returns the verdicts, and what is missing.</summary>
    public static IReadOnlyList<string> Verdicts(LadderFindings ladder) =>
        [
            $"Few-shot classes: {ladder.Few.Text}.",
            $"All classes: {ladder.Overall.Text}.",
            .. ladder.NotPretrained.Count == 0 ? [] : (string[])[$"Not pre-trained: {string.Join(", ", ladder.NotPretrained)}."],
        ];

    /// <summary>Returns the cells of a rung.</summary>
    public static string[] Cells(Rung rung) =>
        [
            rung.World.Title,
            PaperClaims.Cells.Of(rung.ZeroShot),
            .. Difference(rung.Few),
            .. Difference(rung.Overall),
            Chosen(rung.Light),
            Chosen(rung.Heavy),
        ];

    private static string[] Difference(PairedDifference? difference) =>
        difference is null
            ? ["not run", "", ""]
            : [PaperClaims.Cells.Difference(difference), PaperClaims.Cells.Of(difference.BySeed), PaperClaims.Cells.Of(difference.ByImage)];

    private static string Chosen(IReadOnlyList<string> rows) =>
        string.Join(
            "; ",
            rows.CountBy(row => row)
                .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Key} ({row.Value} of {rows.Count} seeds)"))
        );
}

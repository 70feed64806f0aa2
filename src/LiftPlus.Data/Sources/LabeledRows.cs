using LiftPlus.Messages;

namespace LiftPlus.Data;

/// <summary>Lists images whose labels are class names, given row by row.</summary>
internal static class LabeledRows
{
    private const int MostNamed = 10;

    /// <exception cref="LiftPlusException">There are no rows, or labels are blank or not among the class names.</exception>
    public static ImageListing Read(IEnumerable<(ImageSource Image, string Label)> rows, IReadOnlyList<string>? classNames)
    {
        (ImageSource Image, string Label)[] all = [.. rows];
        if (all.Length == 0)
            throw new LiftPlusException("The dataset has no image: there are no rows.");
        IReadOnlyList<string> names = classNames ?? [.. all.Select(row => row.Label).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, int> labels = LabelTexts.LabelsByName(names);
        string[] faults =
        [
            .. all.Index()
                .Where(row => string.IsNullOrWhiteSpace(row.Item.Label) || !labels.ContainsKey(LabelTexts.Key(row.Item.Label)))
                .Select(row =>
                    $"row {row.Index} ({row.Item.Image?.Name}): "
                    + (
                        string.IsNullOrWhiteSpace(row.Item.Label)
                            ? "the label is blank"
                            : $"'{LabelTexts.Shorten(row.Item.Label)}' is not a class"
                    )
                ),
        ];
        if (faults.Length > 0)
            throw new LiftPlusException(
                $"{faults.Length} of {all.Length} rows have labels that are not among the {names.Count} classes "
                    + $"({MessageText.First(names, 3)}): {MessageText.FirstAndRest(faults, MostNamed)}."
            );
        return new ImageListing(
            [
                .. all.Select(
                    (row, index) =>
                        row.Image is null
                            ? throw new LiftPlusException($"Row {index} has no image: the function that returns it returned null.")
                            : new LabeledImage(row.Image, labels[LabelTexts.Key(row.Label)])
                ),
            ],
            names
        );
    }
}

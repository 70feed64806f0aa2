using SkiaSharp;

namespace LiftPlus.Reports;

/// <summary>Writes the feature diagnostics, which show how heavy fine-tuning hurts the tail.</summary>
internal static class DiagnosticSection
{
    public static void Write(Page page, IReadOnlyList<TitledDiagnostic> diagnostics)
    {
        page.Section(
            "Training and test images in feature space",
            "Too much fine-tuning pulls the few training images of a rare class together, but not its test images. "
                + "Where the two distributions differ, the model has memorised its training images instead of learning the class."
        );
        page.Paragraph(
            "The divergence measures how much the distances from the class mean differ between training and test images: "
                + "0 means that they are alike, 1 that the training images of each class have collapsed to a point. "
                + "With the few images of rare classes, some divergence arises by chance; an untrained model shows how much."
        );
        page.Table(
            "Divergence",
            ["model", .. Enum.GetValues<ShotGroup>().Select(PageText.Of)],
            diagnostics.Select(entry =>
                (string[])
                    [
                        entry.Model,
                        .. Enum.GetValues<ShotGroup>()
                            .Select(group => PageText.Number(entry.Diagnostic.GetDistances(group)?.Divergence, "0.000")),
                    ]
            )
        );
        page.Table(
            "Mean distance from the class mean for training and test images",
            ["model", .. Enum.GetValues<ShotGroup>().SelectMany(group => (string[])[$"{PageText.Of(group)}, training", "test"])],
            diagnostics.Select(entry =>
                (string[])
                    [
                        entry.Model,
                        .. Enum.GetValues<ShotGroup>()
                            .SelectMany(group =>
                                (string[])
                                    [
                                        PageText.Number(entry.Diagnostic.GetDistances(group)?.Train.Mean, "0.000"),
                                        PageText.Number(entry.Diagnostic.GetDistances(group)?.Test.Mean, "0.000"),
                                    ]
                            ),
                    ]
            )
        );
        foreach (TitledDiagnostic entry in diagnostics)
        {
            page.Heading(entry.Model);
            page.Grid(() =>
            {
                double high = entry.Diagnostic.Groups.Max(group => Math.Max(group.Train.Items[^1].Value, group.Test.Items[^1].Value));
                foreach (GroupDistances group in entry.Diagnostic.Groups.Where(group => group.Group != ShotGroup.Medium))
                {
                    page.SmallChart(
                        $"{PageText.Of(group.Group)}-shot classes: divergence {PageText.Number(group.Divergence, "0.000")}",
                        $"{entry.Model}, {PageText.Of(group.Group)}-shot classes: distances from the class mean, "
                            + $"{PageText.Number(group.Train.Mean)} on average for training images "
                            + $"and {PageText.Number(group.Test.Mean)} for test images.",
                        DistanceChart.Draw(group, Math.Max(high, 1e-6))
                    );
                }
            });
        }

        page.Heading("Similarity of the class means");
        page.Paragraph(
            "The cosine similarity of the mean features of each pair of classes, with the most frequent classes at the top left. "
                + "Bright squares off the diagonal are classes that the features do not separate."
        );
        page.Grid(() =>
        {
            foreach (TitledDiagnostic entry in diagnostics)
                Matrix(page, entry);
        });
        page.Table(
            "Mean similarity of the classes of a group to all other classes",
            ["model", .. Enum.GetValues<ShotGroup>().Select(PageText.Of)],
            diagnostics.Select(entry =>
                (string[])
                    [
                        entry.Model,
                        .. Enum.GetValues<ShotGroup>()
                            .Select(group => PageText.Number(entry.Diagnostic.Similarity.Mean(entry.Diagnostic.Classes, group), "0.000")),
                    ]
            )
        );
    }

    private static void Matrix(Page page, TitledDiagnostic entry)
    {
        ClassSimilarity similarity = entry.Diagnostic.Similarity;
        int n = similarity.Labels.Length;
        byte[] png = PageImage.Encode(n, n, SKEncodedImageFormat.Png, 100, (row, pixels) =>
        {
            for (int column = 0; column < n; column++)
                HeatColors.Of(similarity[row, column]).CopyTo(pixels[(4 * column)..]);
        });
        page.Image(
            png,
            "image/png",
            $"{entry.Model}: matrix of the similarities of {n} class means; "
                + $"the mean over pairs of different classes is {PageText.Number(OffDiagonal(similarity))}.",
            $"{entry.Model}: dark is 0 or less, bright is 1",
            "matrix"
        );
    }

    private static double? OffDiagonal(ClassSimilarity similarity)
    {
        int n = similarity.Labels.Length;
        return n < 2 ? null : (similarity.Values.Sum(value => (double)value) - n) / ((double)n * (n - 1));
    }
}

using LiftPlus.Data;
using LiftPlus.Decisions;
using SkiaSharp;

namespace LiftPlus.Experiments.Decisions;

/// <summary>Injects wrong labels and copies into a dataset, and measures how many of them an audit finds.</summary>
internal sealed class AuditMeasurement(LabelWorld world, double wrongShare, int copies)
{
    private const double Crop = 0.92;
    private const int Quality = 75;

    /// <summary>Returns precision and recall for every seed of the injection.</summary>
    public IEnumerable<Row> Measure(int seeds, CancellationToken cancellationToken) =>
        from seed in Enumerable.Range(0, seeds)
        let injected = Inject(seed)
        from row in Measure($"audit, seed {seed}", world.Name, Read(injected, cancellationToken), injected, cancellationToken)
        select row;

    /// <summary>Returns the same for a model that was trained on the wrong labels, which may have learned them.</summary>
    /// <param name="name">The name in the table.</param>
    /// <param name="seed">The seed of the injection.</param>
    /// <param name="train">Trains a model.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    public IEnumerable<Row> MeasureTrained(
        string name,
        int seed,
        Func<ImageDataset, FineTunedModel> train,
        CancellationToken cancellationToken
    )
    {
        Injected injected = Inject(seed);
        using FineTunedModel model = train(injected.Dataset);
        AuditedImages images = LabelWorld.Read(model, injected.Dataset, cancellationToken);
        return [.. Measure($"audit, seed {seed}", name, images, injected, cancellationToken)];
    }

    private static IEnumerable<Row> Measure(
        string topic,
        string name,
        AuditedImages images,
        Injected injected,
        CancellationToken cancellationToken
    )
    {
        ClassDistribution classes = injected.Dataset.Classes;
        LabelAuditOptions options = new();
        LabelEvidence evidence = LabelEvidence.Of(images, classes.ClassCount, options, cancellationToken);
        int[] labels = images.Labels;
        List<(string Method, double[] Doubts)> methods =
        [
            ("together", Ratios(evidence.Scores, evidence.Probabilities, labels)),
            ("together, self-confidence", evidence.Scores.Scores),
            ("together, margin", [.. evidence.Scores.Margins.Select(p => -p)]),
        ];
        foreach ((int m, Rows voter) in evidence.Voters.Index())
        {
            string voterName = ((string[])["held-out classifier", "neighbours", "texts"])[m];
            yield return new Row(topic, name, voterName, "weight", evidence.Weights[m]);
            Rows p = VoterWeights.Combine([voter], VoterWeights.Fit([voter], labels));
            var alone = LabelScores.Of(p, labels);
            methods.Add((voterName, Ratios(alone, p, labels)));
            methods.Add(($"{voterName}, self-confidence", alone.Scores));
        }

        methods.Add(("chance", [.. labels.Select((_, row) => (row * 7919L % 104729) / 104729.0)]));
        foreach ((string method, double[] doubts) in methods)
        {
            int[] first = [.. Enumerable.Range(0, labels.Length).OrderByDescending(row => doubts[row]).Take(injected.Wrong.Count)];
            foreach (Row row in Shares(topic, name, method, "of the injected number", first, injected, labels, classes))
                yield return row;
            yield return new Row(
                topic,
                name,
                method,
                "area under the ROC curve",
                Ranking.Area(
                    [.. doubts.Where((_, row) => !injected.Wrong.Contains(row))],
                    [.. doubts.Where((_, row) => injected.Wrong.Contains(row))]
                )
            );
        }

        LabelFinding[] findings = [.. LabelFindings.Of(evidence, labels)];
        int[] confident =
        [
            .. Enumerable
                .Range(0, labels.Length)
                .Where(row => evidence.Scores.Confident[row] >= 0 && evidence.Scores.Confident[row] != labels[row]),
        ];
        int[] listed = [.. Of(LabelFindingKind.WrongLabel).Select(finding => finding.Index)];
        foreach ((string set, int[] flagged) in ((string, int[])[])[("confident learning", confident), ("findings", listed)])
        {
            yield return new Row(topic, name, set, "images", flagged.Length);
            foreach (Row row in Shares(topic, name, set, "of all found", flagged, injected, labels, classes))
                yield return row;
        }

        double right = Of(LabelFindingKind.WrongLabel)
            .Where(finding => injected.Wrong.Contains(finding.Index))
            .Select(finding => finding.SuggestedLabel == injected.TrueLabels[finding.Index] ? 100.0 : 0)
            .DefaultIfEmpty()
            .Average();
        yield return new Row(topic, name, "findings", "suggested label right %", right);
        int[] found = [.. findings.Where(finding => finding.OtherIndex is not null).Select(finding => finding.Index).Distinct()];
        yield return new Row(topic, name, "copies", "precision %", Percent(found, injected.Copies.ContainsKey));
        yield return new Row(topic, name, "copies", "recall %", Percent(injected.Copies.Keys, row => found.Contains(row)));
        foreach (IGrouping<string, KeyValuePair<int, string>> kind in injected.Copies.GroupBy(copy => copy.Value))
            yield return new Row(topic, name, "copies", $"recall, {kind.Key} %", Percent(kind, copy => found.Contains(copy.Key)));

        IEnumerable<LabelFinding> Of(LabelFindingKind kind) => findings.Where(finding => finding.Kind == kind);
    }

    // At the injected number precision and recall are the same over all images, and differ by group.
    private static IEnumerable<Row> Shares(
        string topic,
        string name,
        string method,
        string which,
        int[] found,
        Injected injected,
        int[] labels,
        ClassDistribution classes
    )
    {
        foreach (ShotGroup? group in (ShotGroup?[])[null, .. Enum.GetValues<ShotGroup>()])
        {
            int[] foundHere = [.. found.Where(IsHere)],
                wrongHere = [.. injected.Wrong.Where(IsHere)];
            string of = group is null ? which : $"{which}, {group}";
            yield return new Row(topic, name, method, $"precision {of} %", Percent(foundHere, injected.Wrong.Contains));
            yield return new Row(topic, name, method, $"recall {of} %", Percent(wrongHere, row => found.Contains(row)));

            bool IsHere(int row) => group is null || classes.GroupOf(labels[row]) == group;
        }
    }

    // r_s / (r_s + r_y) with r_k = p_k / t_k for the suggested class s and the given one y.
    private static double[] Ratios(LabelScores scores, Rows probabilities, int[] labels) =>
        [
            .. labels.Select(
                (label, row) =>
                {
                    int suggested = scores.Suggested[row];
                    double other = probabilities[row][suggested] / scores.Thresholds[suggested],
                        own = probabilities[row][label] / scores.Thresholds[label];
                    return other / Math.Max(other + own, 1e-300);
                }
            ),
        ];

    private static double Percent<T>(IEnumerable<T> items, Func<T, bool> holds) =>
        items.Select(item => holds(item) ? 100.0 : 0).DefaultIfEmpty(0).Average();

    private Injected Inject(int seed)
    {
        var random = new Random(seed);
        List<LabeledImage> images = [.. world.Dataset];
        int[] order = [.. Enumerable.Range(0, images.Count)];
        random.Shuffle(order);
        Dictionary<int, string> added = [];
        foreach ((int i, int original) in order[..Math.Min(copies, order.Length)].Index())
        {
            string kind = ((string[])["same bytes", "compressed", "cropped"])[i % 3];
            ImageSource source = images[original].Source;
            added.Add(images.Count, kind);
            images.Add(images[original] with { Source = kind == "same bytes" ? source : Change(source, kind) });
        }

        HashSet<int> wrong = [];
        // The copied images keep their labels, so that what is found about copies and about labels can be told apart.
        foreach (int row in order[Math.Min(copies, order.Length / 2)..].Take((int)Math.Round(wrongShare * order.Length)))
        {
            int label = random.Next(world.Classes - 1);
            images[row] = images[row] with { Label = label >= images[row].Label ? label + 1 : label };
            wrong.Add(row);
        }

        return new Injected(new ImageDataset(images, world.Dataset.ClassNames), wrong, added, world.Train.Labels);
    }

    // Only the copies are new to the model.
    private AuditedImages Read(Injected injected, CancellationToken cancellationToken)
    {
        int known = world.Dataset.Count;
        AuditedImages added = LabelWorld.Read(
            world.Model,
            injected.Dataset.Subset(Enumerable.Range(known, injected.Dataset.Count - known)),
            cancellationToken
        );
        return new AuditedImages(
            Join(world.Train.Features, added.Features),
            [.. injected.Dataset.Select(image => image.Label)],
            [.. world.Train.Hashes, .. added.Hashes],
            Join(world.Train.Looks, added.Looks)
        )
        {
            Texts = added.Texts.Width > 0 ? Join(world.Train.Texts, added.Texts) : default,
        };

        static Rows Join(Rows first, Rows second) => new([.. first.Values, .. second.Values], first.Width);
    }

    private static ImageSource Change(ImageSource source, string kind)
    {
        using RgbImage image = new SkiaImageDecoder().Decode(source);
        int width = kind == "cropped" ? (int)(Crop * image.Width) : image.Width,
            height = kind == "cropped" ? (int)(Crop * image.Height) : image.Height;
        using RgbImage part = image.Crop(new PixelBox((image.Width - width) / 2, (image.Height - height) / 2, width, height));
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                RgbPixel pixel = part.Row(y)[x];
                bitmap.SetPixel(x, y, new SKColor(pixel.R, pixel.G, pixel.B));
            }
        }

        using SKData data = bitmap.Encode(kind == "cropped" ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, Quality);
        return ImageSource.FromBytes(data.ToArray(), $"{kind} {source.Name}");
    }

    private sealed record Injected(ImageDataset Dataset, HashSet<int> Wrong, Dictionary<int, string> Copies, int[] TrueLabels);
}

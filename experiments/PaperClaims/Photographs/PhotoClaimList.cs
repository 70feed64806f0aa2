namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Lists the claims of LIFT+ (arXiv 2504.13282) that photographs and a ResNet can test. The light method is BatchNorm tuning: scales and
/// shifts, 0.3 % of the parameters.
/// </summary>
internal static class PhotoClaimList
{
    private const string Light = "full/BatchNorm";
    private const string Full = "full/full fine-tuning";
    private const string FullWithStatistics = "full/full fine-tuning, statistics too";
    private const string FullSlowly = "full/full fine-tuning, rate 0.005";
    private const string Head = "full/head only";

    public static IReadOnlyList<Claim> All { get; } =
    [
        new(
            "Full fine-tuning loses on few-shot classes",
            "Training all of a foundation model costs the tail, even with a balanced loss.",
            [
                Higher(Light, Full, Measure.Few),
                Higher(Head, Full, Measure.Few),
                Higher(Light, FullWithStatistics, Measure.Few),
                Higher(Head, FullWithStatistics, Measure.Few),
            ]
        ),
        new(
            "A smaller learning rate does not save it",
            "Full fine-tuning with the best of several learning rates still loses on the few-shot classes.",
            [
                Higher(Light, FullSlowly, Measure.Few),
                Higher(Head, FullSlowly, Measure.Few),
                Higher(Light, FullWithStatistics + ", rate 0.005", Measure.Few),
                Higher(Head, FullWithStatistics + ", rate 0.005", Measure.Few),
                Higher(Light, "full/full fine-tuning, rate 0.001", Measure.Few),
                Higher(Head, "full/full fine-tuning, rate 0.001", Measure.Few),
            ]
        ),
        new(
            "The more is trained, the more the tail suffers",
            "Few-shot accuracy falls from light to heavy fine-tuning.",
            [Higher("full/last block, rate 0.005", FullSlowly, Measure.Few), Higher("full/last stage, rate 0.005", FullSlowly, Measure.Few)]
        ),
        new(
            "Heavy fine-tuning distorts the features of the tail",
            "Distances of training and test images from the class mean differ more than after light fine-tuning, and than before.",
            [
                Higher(Full, Light, Measure.FewDivergence),
                Higher(FullSlowly, Light, Measure.FewDivergence),
                Higher(Full, "full/class means", Measure.FewDivergence),
            ]
        ),
        new(
            "Light fine-tuning beats the frozen backbone",
            "A small share of the parameters lifts accuracy above the nearest class mean and above training the head alone.",
            [
                Higher(Light, "full/class means", Measure.Overall),
                Higher(Light, "full/class means", Measure.Few),
                Higher(Light, Head, Measure.Overall),
                Higher(Light, Head, Measure.Few),
            ]
        ),
        new(
            "Every light module gains",
            "The framework is general: each parameter-efficient method gains over the head alone.",
            [.. ((string[])["BatchNorm", "SSF", "BitFit"]).Select(row => Higher($"full/{row}", Head, Measure.Overall))]
        ),
        new(
            "Class means are the best start of the head",
            "A start that knows the classes beats random directions and linear probing, most of all on the tail.",
            [
                Higher("init/head only", "init/head only, random start", Measure.Few),
                Higher("init/head only", "init/head only, linear probing", Measure.Few),
            ]
        ),
        new(
            "Logit adjustment is the best loss",
            "Losses that ignore the class frequencies lose the tail, reweighting helps some, adjusting the logits helps most.",
            [.. Losses(Measure.Few), .. Losses(Measure.Overall), NotLower("loss/BatchNorm", "loss/BatchNorm, LADE", Measure.Overall)]
        ),
        new(
            "Minimalist augmentation beats the classic one",
            "A square crop that grows over training, without flip and colours, beats random resized crops with flips.",
            [
                Higher("augmentation/BatchNorm", "augmentation/BatchNorm, random resized crop, flip", Measure.Overall),
                Higher("augmentation/BatchNorm", "augmentation/BatchNorm, random resized crop, flip", Measure.Few),
            ]
        ),
        new(
            "A flat minimum helps the tail",
            "Imbalanced sharpness-aware minimization (ImbSAM) lifts the few-shot classes.",
            [
                Higher("later/BatchNorm, ImbSAM", "later/BatchNorm", Measure.Few),
                NotLower("later/BatchNorm, ImbSAM", "later/BatchNorm", Measure.Overall),
            ]
        ),
        new(
            "The mean with the model before training adds to it",
            "WiSE-FT raises accuracy.",
            [
                .. ((string[])["BatchNorm", "last stage, rate 0.005", "full fine-tuning, rate 0.005"]).SelectMany(row =>
                    (RowComparison[])
                        [
                            Higher($"after/{row}, WiSE-FT", $"after/{row}", Measure.Overall),
                            Higher($"after/{row}, WiSE-FT", $"after/{row}", Measure.Few),
                        ]
                ),
            ]
        ),
        new(
            "Five crops at test time help",
            "Averaging five crops raises accuracy.",
            [Higher("tte/BatchNorm with five crops", "tte/BatchNorm", Measure.Overall)]
        ),
    ];

    private static IEnumerable<RowComparison> Losses(Measure measure) =>
        from loss in (string[])["cross-entropy", "LDAM", "class-balanced"]
        select Higher("loss/BatchNorm", $"loss/BatchNorm, {loss}", measure);

    private static RowComparison Higher(string first, string second, Measure measure) => new(first, second, measure, Expectation.Higher);

    private static RowComparison NotLower(string first, string second, Measure measure) =>
        new(first, second, measure, Expectation.NotLower);
}

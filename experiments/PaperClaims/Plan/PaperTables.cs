using LiftPlus.Classifiers;
using LiftPlus.Samples;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Lists the paper's comparisons (arXiv 2504.13282) at the size of TinyClip: LIFT+ with one part replaced, and the ladder of steps that
/// lead to it.
/// </summary>
internal static class PaperTables
{
    private static readonly Contender s_liftPlus = new("LIFT+", _ => { });

    public static IReadOnlyList<PaperTable> All { get; } =
    [
        new(
            "full",
            "Full fine-tuning",
            [
                Telling("zero-shot", builder => builder.UseClassifierOnly().UseTextClassifier()) with
                {
                    Diagnosed = true,
                },
                Telling("head only", builder => builder.UseClassifierOnly()),
                new(s_liftPlus, Rank.Telling) { Diagnosed = true },
                Telling("full fine-tuning", builder => builder.AddFullFineTuning()) with
                {
                    Diagnosed = true,
                },
                Telling("full fine-tuning, rate 0.005", SlowlyWhole),
                Further("full fine-tuning, rate 0.001", builder => Rate(builder, 0.001).AddFullFineTuning()),
                Last("full fine-tuning, cross-entropy", builder => builder.AddFullFineTuning().UseCrossEntropy()),
            ]
        ),
        new(
            "ladder",
            "Ablation ladder",
            [
                Telling("head only, random start, classic augmentation", builder => Bare(builder).UseClassifierOnly()),
                Telling("+ AdaptFormer", builder => Bare(builder)),
                Telling("+ semantic initialisation", builder => builder.UseClassicAugmentation()),
                Telling("+ minimalist augmentation (LIFT+)", _ => { }),
                Telling("+ test-time ensembling", _ => { }) with
                {
                    Ensemble = true,
                },
            ]
        ),
        new(
            "peft",
            "Fine-tuning methods",
            Rows("peft", telling: ["none (head only)", "LoRA", "AdaptFormer (LIFT+)", "AFT", "all blocks, whole"])
        ),
        new(
            "partial",
            "Partial fine-tuning",
            [
                Telling("head only", builder => builder.UseClassifierOnly()),
                Telling("last block", builder => Blocks(builder, 1)),
                Further("last 2 blocks", builder => Blocks(builder, 2)),
                Last("last 3 blocks", builder => Blocks(builder, 3)),
                Telling("all 4 blocks", builder => builder.AddFullFineTuning()),
            ]
        ),
        new(
            "loss",
            "Losses",
            Rows(
                "loss",
                telling: ["cross-entropy", "logit adjustment (LIFT+)"],
                last: ["logit adjustment, tau 0.5", "logit adjustment, tau 2", "balanced softmax"]
            )
        ),
        new("head", "Heads", Rows("head", telling: ["linear", "cosine (LIFT+)"])),
        new("init", "Initialisations of the head", Rows("init", telling: ["random", "class mean", "semantic (LIFT+)"])),
        new(
            "augmentation",
            "Augmentation",
            Rows("augmentation", telling: ["random resized crop, flip", "MDA, max", "MDA, convex (LIFT+)"])
        ),
        new(
            "epochs",
            "Epochs",
            [
                Further("1 epoch", builder => builder.UseEpochs(1)),
                Last("3 epochs", builder => builder.UseEpochs(3)),
                Telling("5 epochs (LIFT+)", _ => { }),
                Further("10 epochs", builder => builder.UseEpochs(10)),
                Further("LIFT: 10 epochs, rate 0.01, classic augmentation", builder =>
                    Rate(builder.UseEpochs(10).UseClassicAugmentation(), 0.01)
                ),
            ]
        ),
        new(
            "bottleneck",
            "Bottleneck of AdaptFormer",
            [
                Last("bottleneck of 1", builder => Bottleneck(builder, 1)),
                Further("bottleneck of 4", builder => Bottleneck(builder, 4)),
                Telling("bottleneck by the rule (LIFT+)", _ => { }),
                Last("bottleneck of 16", builder => Bottleneck(builder, 16)),
                Further("bottleneck of 64", builder => Bottleneck(builder, 64)),
            ]
        ),
        new(
            "aft",
            "Arbitrary lightweight fine-tuning: share of the entries trained",
            [
                Last("AFT of 0.1 %", builder => Masked(builder, 0.001)),
                Telling("AFT by the rule, about 1 %", builder => builder.AddArbitraryFineTuning()),
                Further("AFT of 10 %", builder => Masked(builder, 0.1)),
                Further("AFT of 50 %", builder => Masked(builder, 0.5)),
                Telling("all blocks, whole", builder => builder.AddFullFineTuning()),
            ]
        ),
        new(
            "tte",
            "Test-time ensembling",
            [
                new(s_liftPlus, Rank.Telling),
                Telling("LIFT+ with five crops", _ => { }) with
                {
                    Ensemble = true,
                },
                Telling("zero-shot", builder => builder.UseClassifierOnly().UseTextClassifier()),
                Telling("zero-shot with five crops", builder => builder.UseClassifierOnly().UseTextClassifier()) with
                {
                    Ensemble = true,
                },
                Telling("full fine-tuning", builder => builder.AddFullFineTuning()),
                Telling("full fine-tuning with five crops", builder => builder.AddFullFineTuning()) with
                {
                    Ensemble = true,
                },
            ]
        ),
        new("later", "What came after LIFT+", [.. Contenders.ByPart["later"].Select(contender => new TableRow(contender, Rank.Telling))]),
        new(
            "after",
            "After training",
            [
                new(s_liftPlus, Rank.Telling),
                Further("LIFT+, WiSE-FT", WiseFt),
                Further("LIFT+, WiSE-FT, with five crops", WiseFt) with
                {
                    Ensemble = true,
                },
                After("LIFT+, classifier trained again (cRT)", Finish.RetrainedClassifier, _ => { }),
                After("LIFT+ with zero-shot, debiased (GLA)", Finish.Debiased, _ => { }),
                After("LT-Soups of LIFT+", Finish.LongTailSoup, _ => { }),
                Telling("full fine-tuning, rate 0.005", SlowlyWhole),
                Further("full fine-tuning, WiSE-FT", builder =>
                {
                    SlowlyWhole(builder);
                    WiseFt(builder);
                }),
                After("full fine-tuning, soup of three", Finish.Soup, SlowlyWhole),
                Further("linear, cross-entropy", PlainLinear),
                After("linear, cross-entropy, τ-normalized", Finish.NormalizedClassifier, PlainLinear),
            ]
        ),
    ];

    private static TableRow Telling(string title, Action<LongTailFineTunerBuilder> choose) =>
        new(new Contender(title, choose), Rank.Telling);

    private static TableRow Further(string title, Action<LongTailFineTunerBuilder> choose) =>
        new(new Contender(title, choose), Rank.Further);

    private static TableRow Last(string title, Action<LongTailFineTunerBuilder> choose) => new(new Contender(title, choose), Rank.Last);

    private static TableRow After(string title, Finish finish, Action<LongTailFineTunerBuilder> choose) =>
        Further(title, choose) with
        {
            Finish = finish,
        };

    private static void SlowlyWhole(LongTailFineTunerBuilder builder) => Rate(builder, 0.005).AddFullFineTuning();

    private static void WiseFt(LongTailFineTunerBuilder builder) => builder.UseTraining(training => training with { StartShare = 0.5 });

    private static void PlainLinear(LongTailFineTunerBuilder builder) => builder.UseLinearClassifier().UseCrossEntropy();

    private static IReadOnlyList<TableRow> Rows(string part, string[] telling, string[]? last = null) =>
        [
            .. Contenders
                .ByPart[part]
                .Select(contender => new TableRow(
                    contender,
                    telling.Contains(contender.Name) ? Rank.Telling
                        : last?.Contains(contender.Name) == true ? Rank.Last
                        : Rank.Further
                )),
        ];

    private static LongTailFineTunerBuilder Bare(LongTailFineTunerBuilder builder) =>
        builder.UseCosineClassifier(initialization: ClassifierInitialization.None).UseClassicAugmentation();

    private static LongTailFineTunerBuilder Rate(LongTailFineTunerBuilder builder, double rate) =>
        builder.UseTraining(training => training with { LearningRate = rate });

    private static LongTailFineTunerBuilder Blocks(LongTailFineTunerBuilder builder, int last) =>
        builder.AddFullFineTuning(new FullFineTuningOptions { Layers = LayerSelection.Last(last) });

    private static LongTailFineTunerBuilder Bottleneck(LongTailFineTunerBuilder builder, int dimension) =>
        builder.AddAdaptFormer(new AdaptFormerOptions { Dimension = dimension });

    private static LongTailFineTunerBuilder Masked(LongTailFineTunerBuilder builder, double ratio) =>
        builder.AddArbitraryFineTuning(new ArbitraryFineTuningOptions { Ratio = ratio });
}

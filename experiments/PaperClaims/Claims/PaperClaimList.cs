namespace LiftPlus.Experiments.PaperClaims;

/// <summary>
/// Lists the claims of LIFT+ (arXiv 2504.13282) and LIFT (arXiv 2309.10019) that TinyClip can test, numbered in this order.
/// </summary>
internal static class PaperClaimList
{
    private const string LiftPlus = "full/LIFT+";
    private const string Full = "full/full fine-tuning";
    private const string HeadOnly = "full/head only";

    public static IReadOnlyList<Claim> All { get; } =
    [
        new(
            "Full fine-tuning loses on few-shot classes",
            "Training all of a foundation model distorts the features of the tail classes: even with a balanced loss, its few-shot "
                + "accuracy stays below that of LIFT+.",
            [Higher(LiftPlus, Full, Measure.Few)]
        ),
        new(
            "A smaller learning rate does not save it",
            "Full fine-tuning with the best of several learning rates still loses on the few-shot classes.",
            [
                Higher(LiftPlus, "full/full fine-tuning, rate 0.005", Measure.Few),
                Higher(LiftPlus, "full/full fine-tuning, rate 0.001", Measure.Few),
            ]
        ),
        new(
            "The more is trained, the more the tail suffers",
            "Few-shot accuracy falls from light to heavy fine-tuning, whether whole blocks are trained or a growing share of the weights.",
            [
                Higher("partial/last block", "partial/all 4 blocks", Measure.Few),
                Higher("partial/last 2 blocks", "partial/all 4 blocks", Measure.Few),
                Higher("aft/AFT by the rule, about 1 %", "aft/AFT of 50 %", Measure.Few),
                Higher("aft/AFT by the rule, about 1 %", "aft/all blocks, whole", Measure.Few),
            ]
        ),
        new(
            "Heavy fine-tuning distorts the features of the tail",
            "It draws the few training images of a rare class together, but not its test images: their distances from the class mean "
                + "differ more than after LIFT+.",
            [Higher(Full, LiftPlus, Measure.FewDivergence), Higher(Full, "full/zero-shot", Measure.FewDivergence)]
        ),
        new(
            "Light fine-tuning beats the frozen backbone",
            "About one per cent of the parameters lifts accuracy well above zero-shot classification and above training the head alone.",
            [
                Higher(LiftPlus, "full/zero-shot", Measure.Overall),
                Higher(LiftPlus, "full/zero-shot", Measure.Few),
                Higher(LiftPlus, HeadOnly, Measure.Overall),
                Higher(LiftPlus, HeadOnly, Measure.Few),
            ]
        ),
        new(
            "Every step of the ladder gains",
            "Light modules, semantic initialisation, minimalist augmentation and test-time ensembling each add accuracy.",
            [
                Higher("ladder/+ AdaptFormer", "ladder/head only, random start, classic augmentation", Measure.Overall),
                Higher("ladder/+ semantic initialisation", "ladder/+ AdaptFormer", Measure.Overall),
                Higher("ladder/+ minimalist augmentation (LIFT+)", "ladder/+ semantic initialisation", Measure.Overall),
                Higher("ladder/+ test-time ensembling", "ladder/+ minimalist augmentation (LIFT+)", Measure.Overall),
            ]
        ),
        new(
            "Every light module gains",
            "The framework is general: each parameter-efficient method gains over the head alone.",
            [
                .. Methods(
                        "BitFit",
                        "LayerNorm tuning",
                        "SSF",
                        "prompts, shallow",
                        "prompts, deep",
                        "LoRA",
                        "Adapter",
                        "AdaptFormer (LIFT+)"
                    )
                    .Select(method => Higher(method, "peft/none (head only)", Measure.Overall)),
            ]
        ),
        new(
            "AdaptFormer is the best light module, or as good",
            "AdaptFormer is the best of the parameter-efficient methods, with small differences.",
            [
                .. Methods("BitFit", "LayerNorm tuning", "SSF", "prompts, shallow", "prompts, deep", "LoRA", "Adapter")
                    .Select(method => NotLower("peft/AdaptFormer (LIFT+)", method, Measure.Overall)),
            ]
        ),
        new(
            "Arbitrary weights do as well",
            "Training a random one per cent of the weights gains over the head alone and comes close to designed modules: "
                + "the small number is what counts.",
            [
                Higher("peft/AFT", "peft/none (head only)", Measure.Overall),
                NotLower("peft/AFT", "peft/AdaptFormer (LIFT+)", Measure.Overall),
            ]
        ),
        new(
            "A small share of weights is enough",
            "Training more of the weights than about one per cent adds nothing.",
            [
                NotLower("aft/AFT by the rule, about 1 %", "aft/AFT of 10 %", Measure.Overall),
                NotLower("aft/AFT by the rule, about 1 %", "aft/AFT of 50 %", Measure.Overall),
            ]
        ),
        new(
            "The bottleneck's size hardly matters",
            "A bottleneck by the rule does as well as a larger one, and a smaller one loses little.",
            [
                NotLower("bottleneck/bottleneck by the rule (LIFT+)", "bottleneck/bottleneck of 16", Measure.Overall),
                NotLower("bottleneck/bottleneck by the rule (LIFT+)", "bottleneck/bottleneck of 64", Measure.Overall),
                NotLower("bottleneck/bottleneck of 4", "bottleneck/bottleneck by the rule (LIFT+)", Measure.Overall),
            ]
        ),
        new(
            "Logit adjustment is the best loss",
            "Losses that ignore the class frequencies lose the tail, reweighting helps some, adjusting the logits helps most.",
            [
                .. Losses("cross-entropy", "focal", "LDAM", "class-balanced", "generalised reweight")
                    .Select(loss => Higher("loss/logit adjustment (LIFT+)", loss, Measure.Few)),
                .. Losses("cross-entropy", "focal", "LDAM", "class-balanced", "generalised reweight")
                    .Select(loss => Higher("loss/logit adjustment (LIFT+)", loss, Measure.Overall)),
                NotLower("loss/logit adjustment (LIFT+)", "loss/LADE", Measure.Overall),
            ]
        ),
        new(
            "The cosine head is the best head",
            "A cosine head beats a linear head on the tail, and does as well as the other normalised heads.",
            [
                Higher("head/cosine (LIFT+)", "head/linear", Measure.Few),
                NotLower("head/cosine (LIFT+)", "head/L2-normalised", Measure.Overall),
                NotLower("head/cosine (LIFT+)", "head/LayerNorm", Measure.Overall),
            ]
        ),
        new(
            "Semantic initialisation is the best start of the head",
            "Semantic initialisation beats random directions, linear probing and class means, most of all on the tail.",
            [
                Higher("init/semantic (LIFT+)", "init/random", Measure.Few),
                Higher("init/semantic (LIFT+)", "init/linear probing", Measure.Few),
                Higher("init/semantic (LIFT+)", "init/class mean", Measure.Few),
            ]
        ),
        new(
            "Minimalist augmentation beats the classic one",
            "A square crop that grows over training, without flip and colours, beats random resized crops with flips.",
            [
                Higher("augmentation/MDA, convex (LIFT+)", "augmentation/random resized crop, flip", Measure.Overall),
                Higher("augmentation/MDA, convex (LIFT+)", "augmentation/random resized crop, flip", Measure.Few),
            ]
        ),
        new(
            "The convex schedule is the best",
            "Small crops for long, then quickly larger ones, beat the other schedules.",
            [
                .. ((string[])["min", "max", "linear", "concave"]).Select(shape =>
                    NotLower("augmentation/MDA, convex (LIFT+)", $"augmentation/MDA, {shape}", Measure.Overall)
                ),
            ]
        ),
        new(
            "Five crops at test time help",
            "The mean logits of five crops beat the logits of one crop.",
            [
                Higher("tte/LIFT+ with five crops", "tte/LIFT+", Measure.Overall),
                Higher("tte/LIFT+ with five crops", "tte/LIFT+", Measure.Few),
            ]
        ),
        new(
            "Few epochs are enough",
            "Five epochs do as well as ten, and LIFT+ in five as well as LIFT in ten.",
            [
                NotLower("epochs/5 epochs (LIFT+)", "epochs/10 epochs", Measure.Overall),
                NotLower("epochs/5 epochs (LIFT+)", "epochs/LIFT: 10 epochs, rate 0.01, classic augmentation", Measure.Overall),
            ]
        ),
        new(
            "What came after LIFT+ adds to it",
            "Neighbour-aware loss, flat minima and a moving average each raise the accuracy of LIFT+; variants of LoRA raise that of LoRA.",
            [
                .. Later("nothing later (LIFT+)", "neighbour-aware loss (CUE)", "SAM", "ImbSAM", "Focal-SAM", "GNM", "moving average"),
                .. Later("LoRA", "rsLoRA", "DoRA", "LoRA+"),
            ]
        ),
        new(
            "What is done after training adds to it",
            "Means with the start or other runs, a classifier trained again and an ensemble with the zero-shot model raise accuracy.",
            [
                .. After(
                    "LIFT+",
                    "LIFT+, WiSE-FT",
                    "LIFT+, classifier trained again (cRT)",
                    "LIFT+ with zero-shot, debiased (GLA)",
                    "LT-Soups of LIFT+"
                ),
                .. After("full fine-tuning, rate 0.005", "full fine-tuning, WiSE-FT", "full fine-tuning, soup of three"),
                .. After("linear, cross-entropy", "linear, cross-entropy, τ-normalized"),
            ]
        ),
    ];

    private static IEnumerable<RowComparison> Later(string plain, params string[] additions) => Gains("later", plain, additions);

    private static IEnumerable<RowComparison> After(string plain, params string[] additions) => Gains("after", plain, additions);

    private static IEnumerable<RowComparison> Gains(string table, string plain, string[] additions) =>
        from addition in additions
        from measure in (Measure[])[Measure.Overall, Measure.Few]
        select Higher($"{table}/{addition}", $"{table}/{plain}", measure);

    private static RowComparison Higher(string first, string second, Measure measure) => new(first, second, measure, Expectation.Higher);

    private static RowComparison NotLower(string first, string second, Measure measure) =>
        new(first, second, measure, Expectation.NotLower);

    private static IEnumerable<string> Methods(params string[] rows) => rows.Select(row => $"peft/{row}");

    private static IEnumerable<string> Losses(params string[] rows) => rows.Select(row => $"loss/{row}");
}

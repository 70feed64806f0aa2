using LiftPlus.Samples;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Lists what is trained on every foundation of the ladder: nothing, little, and everything, at several learning rates.</summary>
internal static class LadderTable
{
    /// <summary>Gets the row without training, whose accuracy measures the foundation.</summary>
    public static TableRow ZeroShot { get; } = Row("zero-shot", Rank.Telling, builder => builder.UseClassifierOnly().UseTextClassifier());

    /// <summary>Gets the rows of LIFT+, one for each learning rate.</summary>
    public static IReadOnlyList<TableRow> Light { get; } =
    [Row("LIFT+", Rank.Telling, _ => { }), Row("LIFT+, rate 0.005", Rank.Telling, builder => Rate(builder, 0.005))];

    /// <summary>Gets the rows of full fine-tuning, one for each learning rate.</summary>
    public static IReadOnlyList<TableRow> Heavy { get; } =
    [
        Row("full fine-tuning", Rank.Further, builder => builder.AddFullFineTuning()),
        Row("full fine-tuning, rate 0.005", Rank.Telling, builder => Rate(builder, 0.005).AddFullFineTuning()),
        Row("full fine-tuning, rate 0.001", Rank.Telling, builder => Rate(builder, 0.001).AddFullFineTuning()),
    ];

    /// <summary>Gets the table of a rung.</summary>
    public static PaperTable Table { get; } =
        new(
            "foundations",
            "Light and heavy fine-tuning",
            [ZeroShot, Row("head only", Rank.Further, builder => builder.UseClassifierOnly()), .. Light, .. Heavy]
        );

    private static TableRow Row(string title, Rank rank, Action<LongTailFineTunerBuilder> choose) =>
        new(new Contender(title, choose), rank);

    private static LongTailFineTunerBuilder Rate(LongTailFineTunerBuilder builder, double rate) =>
        builder.UseTraining(training => training with { LearningRate = rate });
}

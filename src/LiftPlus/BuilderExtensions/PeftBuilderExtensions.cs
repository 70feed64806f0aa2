namespace LiftPlus;

/// <summary>Adds the built-in fine-tuning methods to a recipe.</summary>
public static class PeftBuilderExtensions
{
    /// <summary>
    /// Adds AdaptFormer (arXiv 2205.13535) parallel to the MLP of every block. Its size follows from the number of classes and blocks.
    /// </summary>
    public static LongTailFineTunerBuilder AddAdaptFormer(this LongTailFineTunerBuilder builder, AdaptFormerOptions? options = null) =>
        builder.AddPeft(options ?? new AdaptFormerOptions());

    /// <summary>Adds Adapter (arXiv 1902.00751): a bottleneck after the MLP of every block.</summary>
    public static LongTailFineTunerBuilder AddBottleneckAdapter(
        this LongTailFineTunerBuilder builder,
        BottleneckAdapterOptions? options = null
    ) => builder.AddPeft(options ?? new BottleneckAdapterOptions());

    /// <summary>Adds LoRA (arXiv 2106.09685) to every block's query and value projection.</summary>
    public static LongTailFineTunerBuilder AddLora(this LongTailFineTunerBuilder builder, LoraOptions? options = null) =>
        builder.AddPeft(options ?? new LoraOptions());

    /// <summary>Adds deep visual prompts (arXiv 2203.12119): separate learned tokens in every block.</summary>
    public static LongTailFineTunerBuilder AddDeepPrompts(this LongTailFineTunerBuilder builder, int? length = null) =>
        builder.AddPrompts(new VisualPromptOptions { Length = length });

    /// <summary>
    /// Adds shallow visual prompts (arXiv 2203.12119): learned tokens before the first block, which pass through all blocks.
    /// </summary>
    public static LongTailFineTunerBuilder AddShallowPrompts(this LongTailFineTunerBuilder builder, int? length = null) =>
        builder.AddPrompts(new VisualPromptOptions { Length = length, Layers = LayerSelection.From(0) });

    /// <summary>Adds visual prompts (arXiv 2203.12119) to the blocks that the options list.</summary>
    public static LongTailFineTunerBuilder AddPrompts(this LongTailFineTunerBuilder builder, VisualPromptOptions options) =>
        builder.AddPeft(options);

    /// <summary>Adds BitFit (arXiv 2106.10199): the blocks' biases are trained.</summary>
    public static LongTailFineTunerBuilder AddBitFit(this LongTailFineTunerBuilder builder, BitFitOptions? options = null) =>
        builder.AddPeft(options ?? new BitFitOptions());

    /// <summary>Adds SSF (arXiv 2210.08823): the outputs of the blocks' linear layers are scaled and shifted.</summary>
    public static LongTailFineTunerBuilder AddSsf(this LongTailFineTunerBuilder builder, SsfOptions? options = null) =>
        builder.AddPeft(options ?? new SsfOptions());

    /// <summary>Adds arbitrary lightweight fine-tuning (arXiv 2309.10019): a random part of the blocks' weights is trained.</summary>
    public static LongTailFineTunerBuilder AddArbitraryFineTuning(
        this LongTailFineTunerBuilder builder,
        ArbitraryFineTuningOptions? options = null
    ) => builder.AddPeft(options ?? new ArbitraryFineTuningOptions());

    /// <summary>Adds LayerNorm tuning: the blocks' normalisations are trained.</summary>
    public static LongTailFineTunerBuilder AddLayerNormTuning(
        this LongTailFineTunerBuilder builder,
        LayerNormTuningOptions? options = null
    ) => builder.AddPeft(options ?? new LayerNormTuningOptions());

    /// <summary>Adds BatchNorm tuning for ResNets: the residual blocks' normalisations are trained.</summary>
    public static LongTailFineTunerBuilder AddBatchNormTuning(
        this LongTailFineTunerBuilder builder,
        BatchNormTuningOptions? options = null
    ) => builder.AddPeft(options ?? new BatchNormTuningOptions());

    /// <summary>Adds full fine-tuning: every parameter of the blocks is trained.</summary>
    public static LongTailFineTunerBuilder AddFullFineTuning(
        this LongTailFineTunerBuilder builder,
        FullFineTuningOptions? options = null
    ) => builder.AddPeft(options ?? new FullFineTuningOptions());

    /// <summary>
    /// Adds CoOp (arXiv 2109.01134): learned vectors in place of the prompt's words. Classes are told apart by their texts.
    /// </summary>
    public static LongTailFineTunerBuilder AddCoOp(this LongTailFineTunerBuilder builder, CoOpOptions? options = null) =>
        builder.AddPeft(options ?? new CoOpOptions());

    /// <summary>Adds CLIP-Adapter (arXiv 2110.04544) on the projected features. Classes are told apart by their texts.</summary>
    public static LongTailFineTunerBuilder AddClipAdapter(this LongTailFineTunerBuilder builder, ClipAdapterOptions? options = null) =>
        builder.AddPeft(options ?? new ClipAdapterOptions());

    /// <summary>Adds projection tuning: CLIP's two projections are trained. Classes are told apart by their texts.</summary>
    public static LongTailFineTunerBuilder AddProjectionTuning(
        this LongTailFineTunerBuilder builder,
        ProjectionTuningOptions? options = null
    ) => builder.AddPeft(options ?? new ProjectionTuningOptions());
}

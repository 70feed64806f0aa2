using System.Collections.Immutable;

namespace LiftPlus.Adapters;

/// <summary>Lists the methods of this package, for reading recipes.</summary>
internal static class BuiltInPeft
{
    /// <summary>Gets the short name and the options type of every method.</summary>
    public static ImmutableArray<(string Type, Type Options)> All { get; } =
    [
        .. new PeftOptions[]
        {
            new AdaptFormerOptions(),
            new BottleneckAdapterOptions(),
            new LoraOptions(),
            new VisualPromptOptions(),
            new BitFitOptions(),
            new SsfOptions(),
            new ArbitraryFineTuningOptions(),
            new LayerNormTuningOptions(),
            new BatchNormTuningOptions(),
            new FullFineTuningOptions(),
            new ProjectionTuningOptions(),
            new CoOpOptions(),
            new ClipAdapterOptions(),
        }.Select(options => (options.Type, options.GetType())),
    ];
}

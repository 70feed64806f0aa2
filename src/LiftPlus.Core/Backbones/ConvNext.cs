using LiftPlus.Layers;
using LiftPlus.Onnx;
using LiftPlus.Sites;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Backbones;

/// <summary>
/// Represents ConvNeXt (arXiv 2201.03545), with timm's names of the parts of a block. The feature is the mean over all places after which
/// the last LayerNorm comes.
/// </summary>
internal sealed class ConvNext : ImageEncoder, IOnnxModule
{
    internal readonly ModuleList<ConvNextStage> stages;
    internal readonly FloatLayerNorm norm;
    internal readonly AdapterSite feature = new();

    /// <summary>Builds the network with unset values.</summary>
    public ConvNext(ConvNextConfig config)
        : base(nameof(ConvNext))
    {
        Config = config;
        stages = nn.ModuleList([
            .. config
                .Depths.ToList()
                .Select(
                    (depth, s) =>
                        new ConvNextStage(
                            s == 0 ? config.Channels : config.Widths[s - 1],
                            config.Widths[s],
                            depth,
                            isFirst: s == 0,
                            config.LayerNormEps
                        )
                ),
        ]);
        norm = new FloatLayerNorm(config.FeatureDimension, config.LayerNormEps);
        RegisterComponents();
    }

    /// <summary>Gets the sizes of the network.</summary>
    public ConvNextConfig Config { get; }

    /// <inheritdoc/>
    public override long FeatureDimension => Config.FeatureDimension;

    /// <inheritdoc/>
    public override IReadOnlyList<ResidualBlock> ResidualBlocks => [.. stages.SelectMany(stage => stage.blocks)];

    /// <inheritdoc/>
    public override AdapterSite FeatureSite => feature;

    /// <inheritdoc/>
    public override Tensor forward(Tensor images) // (B, 3, R, R)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = images;
        foreach (ConvNextStage stage in stages)
            x = stage.forward(x);
        x = norm.forward(PlaceValues.Pass(x).mean([2, 3])); // (B, D)
        return feature.forward(x, x).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string Write(OnnxGraph graph, params string[] inputs)
    {
        string x = inputs[0];
        foreach (ConvNextStage stage in stages)
            x = stage.Write(graph, x);
        x = norm.Write(graph, graph.Apply("ReduceMean", [x, graph.Constant(2, 3)], ("keepdims", 0)));
        return feature.Write(graph, x, x);
    }
}

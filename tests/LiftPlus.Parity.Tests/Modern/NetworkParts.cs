using LiftPlus.Backbones;
using LiftPlus.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.Parity.Tests.Modern;

/// <summary>Represents an image encoder in the parts that a golden case has numbers of.</summary>
/// <param name="Enter">Computes what enters the first block from images.</param>
/// <param name="Steps">The blocks, or the stages of a ConvNet.</param>
/// <param name="Pool">Computes the feature of what leaves the last one.</param>
/// <param name="Norm">Computes what the last normalization returns; null if it is the feature, or there is none.</param>
internal sealed record NetworkParts(
    Func<Tensor, Tensor> Enter,
    IReadOnlyList<Func<Tensor, Tensor>> Steps,
    Func<Tensor, Tensor> Pool,
    Func<Tensor, Tensor>? Norm
)
{
    public static NetworkParts Of(ImageEncoder image) =>
        image switch
        {
            VisionTransformer vit => new(
                vit.Embed,
                [.. vit.blocks.Select(block => (Func<Tensor, Tensor>)block.forward)],
                vit.Pool,
                vit.Config.NormalizesPooled ? null : vit.norm.forward
            ),
            ConvNext net => new(
                net.stages[0].Enter,
                [x => Run(net.stages[0].blocks, x), .. net.stages.Skip(1).Select(stage => (Func<Tensor, Tensor>)stage.forward)],
                x => net.norm.forward(x.mean([2, 3])),
                x => net.norm.forward(cat([x.mean([2, 3]).unsqueeze(1), x.flatten(2).transpose(1, 2)], 1))
            ),
            ResNet net => new(
                net.Enter,
                [x => Run(net.layer1, x), x => Run(net.layer2, x), x => Run(net.layer3, x), x => Run(net.layer4, x)],
                x => x.mean([2, 3]),
                null
            ),
            _ => throw new NotSupportedException(image.GetName()),
        };

    private static Tensor Run<T>(ModuleList<T> blocks, Tensor x)
        where T : nn.Module<Tensor, Tensor> => blocks.Aggregate(x, (y, block) => block.forward(y));
}

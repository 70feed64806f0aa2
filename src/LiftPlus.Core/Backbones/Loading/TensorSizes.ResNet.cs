using LiftPlus.Weights;

namespace LiftPlus.Backbones.Loading;

internal sealed partial class TensorSizes
{
    /// <summary>Sizes of timm's ResNet. The image's size leaves no trace in the tensors.</summary>
    public ResNetConfig ResNet(int imageSize)
    {
        long[] stem = Shape("image.conv1.weight", 4); // (S, 3, 7, 7)
        return new ResNetConfig
        {
            ImageSize = imageSize,
            Channels = Size(stem[1], "number of channels"),
            StemWidth = Size(stem[0], "stem width"),
            Width = BlockWidth(),
            Depths = Depths(),
        };
    }

    /// <summary>Sizes of CLIP's ResNet, with heads 64 wide.</summary>
    public ClipResNetConfig ClipResNet()
    {
        long[] positions = Shape("image.attnpool.pos_embed", 2); // (1 + (R / 32)², 32 P)
        return new ClipResNetConfig
        {
            ImageSize = Size(32L * Grid(positions[0], hasClassToken: true), "image size"),
            Channels = Size(Shape("image.conv1.weight", 4)[1], "number of channels"),
            Width = BlockWidth(),
            Depths = Depths(),
            Heads = (int)Math.Clamp(positions[1] / 64, 1, int.MaxValue),
            OutputDimension = Size(Shape("image.attnpool.c_proj.weight", 2)[0], "joint dimension"),
        };
    }

    private int BlockWidth()
    {
        int width = Size(Shape("image.layer1.0.conv1.weight", 4)[0], "block width");
        return width <= int.MaxValue / 32 ? width : throw Wrong($"its block width would be {width}");
    }

    private ResNetDepths Depths() => new(StageDepth(1), StageDepth(2), StageDepth(3), StageDepth(4));

    private int StageDepth(int stage)
    {
        KeyRow first = map.Find($"image.layer{stage}.{{n}}.conv1.weight")!;
        int depth = Enumerable.Range(0, source.Tensors.Count).TakeWhile(n => source.Tensors.ContainsKey(first.At(n).Sources[0])).Count();
        return depth > 0 ? depth : throw Wrong($"there is no tensor '{first.At(0).Sources[0]}'");
    }
}

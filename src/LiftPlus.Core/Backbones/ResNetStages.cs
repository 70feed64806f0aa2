using LiftPlus.Layers;
using static TorchSharp.torch;
using Stage = TorchSharp.Modules.ModuleList<LiftPlus.Layers.ResidualBlock>;

namespace LiftPlus.Backbones;

/// <summary>
/// Creates the four stages that both kinds of ResNet have. Each except the first halves the image and doubles the channels.
/// </summary>
internal static class ResNetStages
{
    public static void Check(int width, int stem, ResNetDepths depths)
    {
        if (width < 1 || stem < 1 || depths.ToList().Any(depth => depth < 1))
        {
            throw new LiftPlusException(
                $"A ResNet of width {width} behind a stem of {stem} with {string.Join(", ", depths.ToList())} blocks cannot be built; "
                    + "all of them are 1 or more."
            );
        }
    }

    /// <summary>Creates the stages.</summary>
    /// <param name="channels">The channels after the stem.</param>
    /// <param name="width">The channels inside the blocks of the first stage.</param>
    /// <param name="depths">The numbers of blocks.</param>
    /// <param name="create">Creates a block from the channels of its input, the channels inside it and its stride.</param>
    public static (Stage First, Stage Second, Stage Third, Stage Fourth) Create(
        long channels,
        long width,
        ResNetDepths depths,
        Func<long, long, long, ResidualBlock> create
    )
    {
        Stage Create(int stage, int depth)
        {
            long planes = width << stage;
            ResidualBlock[] blocks = new ResidualBlock[depth];
            for (int n = 0; n < depth; n++)
            {
                blocks[n] = create(channels, planes, stage > 0 && n == 0 ? 2 : 1);
                channels = blocks[n].OutputWidth;
            }

            return nn.ModuleList(blocks);
        }

        return (Create(0, depths.Stage1), Create(1, depths.Stage2), Create(2, depths.Stage3), Create(3, depths.Stage4));
    }
}

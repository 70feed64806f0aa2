using LiftPlus.Layers;
using static TorchSharp.torch;

namespace LiftPlus.Backbones.Loading;

internal static partial class ExpectedTensors
{
    private const string BatchCount = ".num_batches_tracked";

    private static ScalarType TypeOf(string name) =>
        name.EndsWith(BatchCount, StringComparison.Ordinal) ? ScalarType.Int64 : ScalarType.Float32;

    private static void ResNet(Dictionary<string, long[]> shapes, ImageEncoderConfig config)
    {
        if (config is ResNetConfig resNet)
        {
            Normalized(shapes, "image.conv1", "image.bn1", [resNet.StemWidth, resNet.Channels, 7, 7]);
            Stages(shapes, resNet.StemWidth, resNet.Width, resNet.Depths);
        }
        else if (config is ClipResNetConfig clip)
        {
            long stem = clip.Width / 2,
                width = 32L * clip.Width,
                grid = clip.ImageSize / 32;
            Normalized(shapes, "image.conv1", "image.bn1", [stem, clip.Channels, 3, 3]);
            Normalized(shapes, "image.conv2", "image.bn2", [stem, stem, 3, 3]);
            Normalized(shapes, "image.conv3", "image.bn3", [clip.Width, stem, 3, 3]);
            Stages(shapes, clip.Width, clip.Width, clip.Depths);
            shapes["image.attnpool.pos_embed"] = [1 + grid * grid, width];
            foreach (string part in new[] { "q_proj", "k_proj", "v_proj" })
                Affine(shapes, "image.attnpool." + part, [width, width]);
            Affine(shapes, "image.attnpool.c_proj", [clip.OutputDimension, width]);
        }
    }

    private static void Stages(Dictionary<string, long[]> shapes, long channels, long planes, ResNetDepths depths)
    {
        for (int stage = 0; stage < 4; stage++, planes *= 2)
        {
            for (int n = 0; n < depths.ToList()[stage]; n++)
            {
                string block = $"image.layer{stage + 1}.{n}.";
                long output = planes * ResidualBottleneck.Expansion;
                Normalized(shapes, block + "conv1", block + "bn1", [planes, channels, 1, 1]);
                Normalized(shapes, block + "conv2", block + "bn2", [planes, planes, 3, 3]);
                Normalized(shapes, block + "conv3", block + "bn3", [output, planes, 1, 1]);
                if (n == 0 && (stage > 0 || channels != output))
                    Normalized(shapes, block + "downsample.0", block + "downsample.1", [output, channels, 1, 1]);
                channels = output;
            }
        }
    }

    private static void Normalized(Dictionary<string, long[]> shapes, string convolution, string normalization, long[] weight)
    {
        Affine(shapes, convolution, weight, bias: false);
        foreach (string part in new[] { ".weight", ".bias", ".running_mean", ".running_var" })
            shapes[normalization + part] = [weight[0]];
        shapes[normalization + BatchCount] = [];
    }
}

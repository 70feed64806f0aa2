using LiftPlus.Backbones;

namespace LiftPlus.Benchmarks;

/// <summary>Counts the multiplications and additions of an image tower, without any shortcut.</summary>
internal static class TowerOperations
{
    private const int Colors = 3;

    /// <summary>Counts those of one image. What is not a product (normalization, softmax, rotation of positions) is not counted.</summary>
    public static double Of(ImageEncoderConfig tower) =>
        tower switch
        {
            VisionTransformerConfig transformer => 2 * Products(transformer),
            ConvNextConfig convolutions => 2 * Products(convolutions),
            ResNetConfig { Block: ResNetBlock.Bottleneck } bottlenecks => 2 * Products(bottlenecks),
            _ => throw new NotSupportedException($"{tower.GetType().Name} is not counted."),
        };

    private static double Products(VisionTransformerConfig tower)
    {
        double side = tower.ImageSize / tower.PatchSize,
            patches = side * side,
            tokens = tower.TokenCount,
            width = tower.Width,
            hidden = tower.HiddenSize;
        double attention = 4 * tokens * width * width + 2 * tokens * tokens * width,
            mlp = (tower.IsGated ? 3 : 2) * tokens * width * hidden,
            pooling = tower.Pooling == TokenPooling.Attention ? 2 * tokens * width * width + 2 * tokens * width : 0;
        return patches * Colors * tower.PatchSize * tower.PatchSize * width + tower.Depth * (attention + mlp) + pooling;
    }

    // Stages of blocks: a depthwise 7 x 7 convolution and two products with a hidden width of four times the channels.
    private static double Products(ConvNextConfig tower)
    {
        double side = tower.ImageSize / 4.0,
            products = side * side * Colors * 4 * 4 * tower.Widths[0];
        IReadOnlyList<int> depths = tower.Depths.ToList();
        for (int stage = 0; stage < depths.Count; stage++)
        {
            double width = tower.Widths[stage];
            if (stage > 0)
            {
                side /= 2;
                products += side * side * 4 * tower.Widths[stage - 1] * width;
            }

            products += depths[stage] * side * side * (49 * width + 8 * width * width);
        }

        return products;
    }

    // A stem of 7 x 7, and blocks of 1 x 1, 3 x 3 and 1 x 1 convolutions, of which the first of a stage has a convolution as its shortcut.
    private static double Products(ResNetConfig tower)
    {
        double side = tower.ImageSize / 2.0,
            products = side * side * Colors * 7 * 7 * tower.StemWidth,
            channels = tower.StemWidth;
        side /= 2;
        IReadOnlyList<int> depths = tower.Depths.ToList();
        for (int stage = 0; stage < depths.Count; stage++)
        {
            double planes = tower.Width << stage,
                output = 4 * planes;
            for (int block = 0; block < depths[stage]; block++)
            {
                products += side * side * channels * planes; // before the stride
                if (stage > 0 && block == 0)
                    side /= 2;
                products += side * side * (9 * planes * planes + planes * output + (block == 0 ? channels * output : 0));
                channels = output;
            }
        }

        return products;
    }
}

using LiftPlus.Backbones;
using LiftPlus.Data;

namespace LiftPlus.Tests;

/// <summary>A very small task and backbone: three colours, told apart by anything that sees.</summary>
internal static class TestWorld
{
    public static readonly string[] Names = ["red", "green", "blue"];

    public static readonly BackboneConfig Config = new()
    {
        Name = "test ViT",
        Image = new VisionTransformerConfig
        {
            ImageSize = 16,
            PatchSize = 8,
            Width = 64,
            Depth = 2,
            Heads = 1,
            HiddenSize = 128,
            Activation = Activation.Gelu,
            LayerNormEps = 1e-6,
            PreNorm = false,
            PatchBias = true,
        },
        Preprocess = new PreprocessConfig
        {
            ImageSize = 16,
            Mean = PreprocessConfig.Half,
            Std = PreprocessConfig.Half,
        },
    };

    public static Backbone CreateBackbone()
    {
        var backbone = new Backbone(Config);
        backbone.Initialize(1);
        return backbone;
    }

    public static ImageDataset Dataset(params int[] counts)
    {
        var random = new Random(7);
        List<(RgbImage, int)> images = [];
        for (int label = 0; label < counts.Length; label++)
        {
            for (int i = 0; i < counts[label]; i++)
            {
                byte[] pixels = new byte[20 * 24 * 3];
                random.NextBytes(pixels);
                for (int p = label; p < pixels.Length; p += 3)
                    pixels[p] = (byte)(200 + pixels[p] / 5);
                images.Add((RgbImage.FromPixels(pixels, 20, 24), label));
            }
        }

        return ImageDataset.FromImages(images, Names);
    }

    public static LongTailFineTunerBuilder Builder() =>
        LongTailFineTuner
            .CreateBuilder()
            .UseBackbone(CreateBackbone)
            .UseTraining(training => training with { Epochs = 3, BatchSize = 8, LearningRate = 0.05 })
            .UseDevice("cpu");

    /// <summary>An image of one colour, as a png.</summary>
    public static byte[] Png(int label, int width = 20, int height = 24)
    {
        using var image = new SkiaSharp.SKBitmap(width, height);
        image.Erase(
            new SkiaSharp.SKColor(label == 0 ? (byte)230 : (byte)60, label == 1 ? (byte)230 : (byte)60, label == 2 ? (byte)230 : (byte)60)
        );
        using SkiaSharp.SKData png = image.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    /// <summary>An image of one colour.</summary>
    public static RgbImage Pixels(int label)
    {
        byte[] pixels = new byte[20 * 24 * 3];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i % 3 == label ? 230 : 60);
        return RgbImage.FromPixels(pixels, 20, 24);
    }

    public static string TemporaryFolder() => Directory.CreateTempSubdirectory("liftplus-test-").FullName;
}

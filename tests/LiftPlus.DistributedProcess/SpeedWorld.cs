using LiftPlus.Backbones;
using LiftPlus.Tests;
using SkiaSharp;

namespace LiftPlus.DistributedProcess;

/// <summary>Provides a task of a realistic size, to measure how training scales: a ViT-S/16 and photographs of 500 x 375 pixels.</summary>
internal static class SpeedWorld
{
    private static readonly BackboneConfig s_config = TestWorld.Config with
    {
        Name = "ViT-S/16",
        Image = (VisionTransformerConfig)TestWorld.Config.Image with
        {
            ImageSize = 224,
            PatchSize = 16,
            Width = 384,
            Depth = 12,
            Heads = 6,
            HiddenSize = 1536,
        },
        Preprocess = TestWorld.Config.Preprocess with { ImageSize = 224 },
    };

    public static LongTailFineTunerBuilder Use(LongTailFineTunerBuilder builder) =>
        builder
            .UseBackbone(() =>
            {
                var backbone = new Backbone(s_config);
                backbone.Initialize(1);
                return backbone;
            })
            .UseTraining(training =>
                training with
                {
                    BatchSize = 16,
                    Epochs = 1,
                    LinearProduct = LinearProduct.Linear,
                    Return = ReturnedModel.Last,
                }
            );

    public static ImageDataset Dataset()
    {
        var random = new Random(3);
        return new ImageDataset(
            Enumerable.Range(0, 192).Select(i => new LabeledImage(ImageSource.FromBytes(Photograph(random), $"{i}.jpg"), i % 3)),
            TestWorld.Names
        );
    }

    private static byte[] Photograph(Random random)
    {
        using var image = new SKBitmap(500, 375);
        using var canvas = new SKCanvas(image);
        for (int i = 0; i < 400; i++)
        {
            using var paint = new SKPaint { Color = new SKColor((uint)random.Next() | 0xff000000) };
            canvas.DrawCircle(random.Next(500), random.Next(375), random.Next(3, 60), paint);
        }

        using SKData jpeg = image.Encode(SKEncodedImageFormat.Jpeg, 90);
        return jpeg.ToArray();
    }
}
